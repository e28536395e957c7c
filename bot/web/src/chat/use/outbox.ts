// The outbox at work: takes words in at any time, sends them one after the other while the line stands, and lets go of an entry only
// when the log has it.

import { ref } from 'vue'
import type { Frame } from '../../shared/socket'
import type { ServerError } from '../../shared/types'
import { frameOf, nextToSend, passes, waitMs, type Body, type Entry, type Outbox } from '../logic/outbox'
import { newId } from '../logic/ids'
import { dropBlob } from './blobs'

/** An ack that does not come is asked for again; the client_id makes that harmless. */
const ACK_MS = 15_000
/** After this long another tab's entry is sent by this one as well: that tab may be gone. */
const ADOPT_MS = 60_000

export function useOutbox(box: Outbox, send: (frame: Frame) => boolean) {
  const entries = ref<Entry[]>(box.entries())
  /** The desk asked to wait: a moment in milliseconds, 0 for no. */
  const pausedUntil = ref(0)
  const mine = new Set(entries.value.map((entry) => entry.client_id))
  let ready = false
  let inFlight: string | null = null
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function put(body: Body, clientId: string = newId()): Entry {
    const last = entries.value[entries.value.length - 1]
    const entry: Entry = { client_id: clientId, at: Math.max(Date.now(), (last?.at ?? 0) + 1), body, failure: null, sent: false }
    mine.add(clientId)
    entries.value.push(entry)
    box.put(entry)
    drain()
    return entry
  }

  function change(clientId: string, changes: Partial<Entry>): void {
    const entry = entries.value.find((one) => one.client_id === clientId)
    if (!entry) return
    Object.assign(entry, changes)
    box.put(entry)
  }

  function remove(clientId: string): void {
    const at = entries.value.findIndex((one) => one.client_id === clientId)
    if (at < 0) return
    const [entry] = entries.value.splice(at, 1)
    box.remove(clientId)
    if (entry?.body.type === 'image') entry.body.pictures.forEach(({ id }) => void dropBlob(id))
    if (inFlight === clientId) landed()
  }

  function drain(): void {
    if (!ready || inFlight || Date.now() < pausedUntil.value) return
    const entry = nextToSend(entries.value.filter((one) => mine.has(one.client_id) || Date.now() - one.at > ADOPT_MS))
    if (!entry || !send(frameOf(entry))) return
    inFlight = entry.client_id
    timer = setTimeout(landed, ACK_MS)
  }

  function landed(): void {
    inFlight = null
    clearTimeout(timer)
    drain()
  }

  function acked(clientId: string): void {
    tries = 0
    const entry = entries.value.find((one) => one.client_id === clientId)
    // A rating has no bubble; words stay until their event is there, so that nothing flickers.
    if (entry?.body.type === 'rate') remove(clientId)
    else change(clientId, { sent: true })
    if (inFlight === clientId) landed()
  }

  function refused(error: ServerError): void {
    const clientId = error.client_id ?? (error.code === 'bad_frame' ? inFlight : null)
    if (!clientId) return
    if (passes(error.code)) pause(waitMs(tries++, error.retry_after_s))
    else change(clientId, { failure: { code: error.code, error: error.error } })
    if (inFlight === clientId) landed()
  }

  function pause(ms: number): void {
    pausedUntil.value = Date.now() + ms
    setTimeout(resume, ms)
  }

  function resume(): void {
    pausedUntil.value = 0
    drain()
  }

  /** The line is open and the log in step. What was acked is in the log, shown or not. */
  function opened(): void {
    ready = true
    for (const entry of [...entries.value]) if (entry.sent) remove(entry.client_id)
    drain()
  }

  function lost(code: number): void {
    ready = false
    if (code === 1009 && inFlight) change(inFlight, { failure: { code: 'too_long', error: '' } })
    inFlight = null
    clearTimeout(timer)
  }

  function retry(clientId: string): void {
    change(clientId, { failure: null })
    resume()
  }

  // Another tab wrote or sent something: in both it is the same message.
  addEventListener('storage', (event) => {
    if (!box.owns(event.key)) return
    const own = entries.value.filter((entry) => mine.has(entry.client_id))
    const theirs = box.entries().filter((entry) => !mine.has(entry.client_id))
    entries.value = [...own, ...theirs].sort((a, b) => a.at - b.at)
  })

  return { entries, pausedUntil, put, change, remove, drain, acked, refused, opened, lost, retry }
}
