// Logs of the open conversations, what stands beside them, who types and who looks. The socket (wire.ts) writes, components read.
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { api } from '../api'
import { EMPTY, type Log, merge, prepend } from '../logic/log'
import { useTeam } from './team'
import type { Detail, LogEvent, Looker } from '../types'

const PAGE = 50

export interface Typing {
  who: 'visitor' | 'agent'
  name: string | null
}

export const useConversations = defineStore('conversations', () => {
  const team = useTeam()
  const logs = reactive(new Map<string, Log>())
  const details = reactive(new Map<string, Detail>())
  /** By conversation: what the log's loading came to; absent when never opened. */
  const states = reactive(new Map<string, 'loading' | 'ready' | 'failed'>())
  const typing = reactive(new Map<string, Typing>())
  const lookers = reactive(new Map<string, Looker[]>())
  const pages = new Map<string, Promise<void>>()

  const log = (conversation: string): Log => logs.get(conversation) ?? EMPTY

  function setLog(conversation: string, fresh: Log): void {
    if (fresh !== logs.get(conversation)) logs.set(conversation, fresh)
  }

  /** Events that came by REST or socket. */
  function take(conversation: string, events: LogEvent[]): void {
    for (const event of events) team.know(event.type === 'owner' ? event.owner : event.by, event.name)
    setLog(conversation, merge(log(conversation), events))
  }

  /** The page before what is there; one at a time. */
  function loadOlder(conversation: string): Promise<void> {
    const under = pages.get(conversation)
    if (under) return under
    const work = (async () => {
      const before = log(conversation).events[0]?.no ?? log(conversation).synced + 1
      const page = await api.events(conversation, { before, limit: PAGE })
      setLog(conversation, prepend(log(conversation), page.events, page.more))
    })().finally(() => pages.delete(conversation))
    pages.set(conversation, work)
    return work
  }

  /** What lies between, by REST: for numbers that the live log has handed to the archive. */
  async function loadBetween(conversation: string, after: number, before: number): Promise<void> {
    let from = after
    for (let more = true; more; ) {
      const page = await api.events(conversation, { after: from, before, limit: 200 })
      take(conversation, page.events)
      more = page.more && page.events.length > 0
      from = page.events.at(-1)?.no ?? from
    }
  }

  /** What stands beside the log, fresh. */
  async function loadDetail(conversation: string): Promise<Detail> {
    const detail = await api.conversation(conversation)
    details.set(conversation, detail)
    return detail
  }

  function forget(conversation: string): void {
    for (const map of [logs, details, states, typing, lookers]) map.delete(conversation)
  }

  function forgetAll(): void {
    for (const map of [logs, details, states, typing, lookers]) map.clear()
  }

  return { logs, details, states, typing, lookers, log, setLog, take, loadOlder, loadBetween, loadDetail, forget, forgetAll }
})
