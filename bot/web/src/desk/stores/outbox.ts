// Own lines on their way: each with an id of its own, one after the other, again after a broken line, never twice.
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { api, ApiError, newId } from '../api'
import { clock } from '../clock'
import { sentence } from '../errors'
import { nextToSend, type Outgoing, pendingLines } from '../logic/outbox'
import { useConversations } from './conversations'
import { useSession } from './session'

const AGAIN_MS = 4_000
const TRIES = 5
/** After a reload lines this young go out by themselves; older ones ask first. */
const FRESH_MS = 120_000

export const useOutbox = defineStore('outbox', () => {
  const session = useSession()
  const talks = useConversations()
  const lines = ref<Outgoing[]>([])
  const tries = new Map<string, number>()
  let read = ''

  const key = () => `qt.outbox.${session.me?.id ?? ''}`
  const unsent = computed(() => lines.value.filter((line) => line.state === 'failed').length)

  /** Lines that a reload interrupted: sent again under their old ids. */
  function load(): void {
    if (!session.me || read === key()) return
    read = key()
    try {
      const stored = JSON.parse(localStorage.getItem(key()) ?? '[]') as Outgoing[]
      lines.value = stored.map((line) => (clock.now.value - line.at < FRESH_MS ? { ...line, state: 'waiting' } : { ...line, state: 'failed', again: true }))
    } catch {
      lines.value = []
    }
    pump()
  }

  watch(lines, () => {
    const open = lines.value.filter((line) => line.state !== 'sent')
    try {
      if (open.length) localStorage.setItem(key(), JSON.stringify(open))
      else localStorage.removeItem(key())
    } catch {
      // Storage full or forbidden: lines live as long as the page.
    }
  }, { deep: true })

  function put(conversation: string, kind: Outgoing['kind'], text: string, images: string[]): void {
    const after = talks.log(conversation).events.at(-1)?.no ?? 0
    lines.value.push({ client_id: newId(), conversation, kind, text, images, at: clock.now.value, state: 'waiting', no: null, after, error: '', again: false })
    pump()
  }

  function pump(): void {
    for (const line of nextToSend(lines.value)) void send(line)
  }

  async function send(line: Outgoing): Promise<void> {
    line.state = 'sending'
    try {
      const { client_id, text, images } = line
      const answer = line.kind === 'say' ? await api.say(line.conversation, { client_id, text, images }) : await api.whisper(line.conversation, { client_id, text })
      line.no = answer.no
      line.state = 'sent'
      tidy(line.conversation)
    } catch (error) {
      await failed(line, error)
    }
    pump()
  }

  async function failed(line: Outgoing, error: unknown): Promise<void> {
    const passing = error instanceof ApiError && (error.passing || error.status === 401)
    const count = (tries.get(line.client_id) ?? 0) + 1
    tries.set(line.client_id, count)
    line.again = passing || (error instanceof ApiError && error.status === 429)
    line.error = sentence(error)
    if (passing && count < TRIES && session.state === 'in') {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      line.state = 'waiting'
    } else line.state = 'failed'
  }

  function retry(clientId: string): void {
    const line = lines.value.find((each) => each.client_id === clientId)
    if (!line) return
    tries.delete(clientId)
    line.state = 'waiting'
    pump()
  }

  /** Takes a line back; its words are the caller's to put into the field again. */
  function drop(clientId: string): Outgoing | null {
    const line = lines.value.find((each) => each.client_id === clientId) ?? null
    lines.value = lines.value.filter((each) => each.client_id !== clientId)
    pump()
    return line
  }

  /** Sent lines whose event is in the log are done. */
  function tidy(conversation: string): void {
    const known = new Set(talks.log(conversation).events.map((event) => event.no))
    lines.value = lines.value.filter((line) => line.conversation !== conversation || line.state !== 'sent' || line.no === null || !known.has(line.no))
  }

  const pending = (conversation: string): Outgoing[] =>
    pendingLines(lines.value.filter((line) => line.conversation === conversation), talks.log(conversation).events, session.me?.id ?? '')

  /** The line is back: what failed for want of it goes out at once. */
  function hurry(): void {
    for (const line of lines.value) if (line.state === 'failed' && line.again && tries.has(line.client_id)) retry(line.client_id)
  }

  return { lines, unsent, load, put, retry, drop, pending, hurry, tidy }
})
