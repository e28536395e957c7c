// Tickets as rows by id, and the lists that name them: mine, each group's queue.
import { defineStore } from 'pinia'
import { computed, reactive, ref } from 'vue'
import { api } from '../api'
import { inQueueOrder, isOpen, isQueued } from '../logic/rows'
import { waitsFor } from '../panel/offers'
import type { Queue, Row } from '../types'
import { useSession } from './session'
import { useTeam } from './team'

export const useTickets = defineStore('tickets', () => {
  const session = useSession()
  const team = useTeam()
  const rows = reactive(new Map<string, Row>())
  const queues = ref<Queue[]>([])
  /** Groups whose rows were loaded and follow the socket since. */
  const loaded = reactive(new Map<string, 'loading' | 'ready' | 'failed'>())
  /** Whether the socket's first full state has come. */
  const welcomed = ref(false)
  /** By conversation: the last visitor's number that this agent has seen. */
  const seen = reactive(new Map<string, number>())

  const mine = computed(() => [...rows.values()].filter((row) => row.agent === session.me?.id && isOpen(row)).sort(oldestWaitFirst))
  const unread = computed(() => mine.value.filter((row) => isUnread(row)).length)

  /** Tickets with an offer that waits for a yes or no of mine, the longest waiting first. */
  const asked = computed(() => (session.may('decide_offer') ? [...rows.values()].filter((row) => isOpen(row) && waitsFor(row, session.me?.id).length).sort(longestAskedFirst(session.me?.id)) : []))

  function queued(group: string): Row[] {
    return inQueueOrder([...rows.values()].filter((row) => row.group === group && isQueued(row)))
  }

  /** The ticket of a conversation that counts: the open one, else the latest. */
  function ofConversation(conversation: string): Row | null {
    let found: Row | null = null
    for (const row of rows.values()) {
      if (row.conversation !== conversation) continue
      if (isOpen(row)) return row
      if (!found || row.opened_at > found.opened_at) found = row
    }
    return found
  }

  function put(row: Row): void {
    team.know(row.agent, row.agent_name)
    rows.set(row.id, row)
  }

  /** Somebody else claimed it: out of the queue, until its own frame tells by whom. */
  function lost(id: string): void {
    rows.delete(id)
  }

  /** The rows of a fresh load: what was believed mine and is not among them goes. */
  function replaceMine(fresh: Row[]): void {
    const kept = new Set(fresh.map((row) => row.id))
    for (const row of mine.value) if (!kept.has(row.id)) rows.delete(row.id)
    fresh.forEach(put)
  }

  async function loadQueue(group: string): Promise<void> {
    if (!loaded.has(group)) loaded.set(group, 'loading')
    try {
      const fresh = (await api.queue(group)).rows
      const kept = new Set(fresh.map((row) => row.id))
      for (const row of queued(group)) if (!kept.has(row.id)) rows.delete(row.id)
      fresh.forEach(put)
      loaded.set(group, 'ready')
    } catch (error) {
      if (loaded.get(group) !== 'ready') loaded.set(group, 'failed')
      throw error
    }
  }

  /** The offers that wait as the gateway has them; what is known of others is told anew, too. */
  async function loadAsked(): Promise<void> {
    if (!session.may('decide_offer')) return
    const before = asked.value
    const fresh = (await api.askedOffers()).rows
    const kept = new Set(fresh.map((row) => row.id))
    for (const row of before) if (!kept.has(row.id)) rows.delete(row.id)
    fresh.forEach(put)
  }

  function isUnread(row: Row): boolean {
    return row.last_visitor_no > (seen.get(row.conversation) ?? 0)
  }

  function see(conversation: string, no: number): boolean {
    if (no <= (seen.get(conversation) ?? 0)) return false
    seen.set(conversation, no)
    return true
  }

  function forget(): void {
    rows.clear()
    loaded.clear()
    seen.clear()
    queues.value = []
    welcomed.value = false
  }

  return { rows, queues, loaded, welcomed, seen, mine, unread, asked, queued, ofConversation, put, lost, replaceMine, loadQueue, loadAsked, isUnread, see, forget }
})

function longestAskedFirst(me: string | undefined): (a: Row, b: Row) => number {
  const since = (row: Row): number => Math.min(...waitsFor(row, me).map(({ at }) => Date.parse(at)))
  return (a, b) => since(a) - since(b)
}

function oldestWaitFirst(a: Row, b: Row): number {
  if (a.asked_at && b.asked_at) return a.asked_at < b.asked_at ? -1 : a.asked_at > b.asked_at ? 1 : 0
  if (a.asked_at || b.asked_at) return a.asked_at ? -1 : 1
  return (a.claimed_at ?? '') < (b.claimed_at ?? '') ? -1 : 1
}
