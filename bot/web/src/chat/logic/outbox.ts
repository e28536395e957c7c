// Messages on their way: kept in the browser's storage, one key each, until the desk has them on disk. The `client_id` makes
// sending again harmless, so what is in doubt is sent again. Two tabs may hold the same entry: it still is one message.

import type { Store } from '../../shared/storage'

export interface Picture {
  /** Key of its bytes in the picture store. */
  id: string
  /** Its name at the desk, once it is there. */
  name: string | null
}

export type Body =
  | { type: 'message'; text: string }
  | { type: 'button'; title: string; payload: string }
  | { type: 'image'; pictures: Picture[]; text: string }
  | { type: 'rate'; ticket?: string; good: boolean; reasons: string[]; words: string }

export interface Failure {
  code: string
  error: string
}

export interface Entry {
  client_id: string
  /** Milliseconds, this machine's clock: order of writing. */
  at: number
  body: Body
  failure: Failure | null
  /** The desk has it on disk; its event is about to come. */
  sent: boolean
}

/** Errors that pass by themselves; all others want another message or another try by hand. */
const PASSING = new Set(['store_down', 'too_many'])
const WAITS_MS = [2_000, 4_000, 8_000, 15_000, 30_000]

export const passes = (code: string): boolean => PASSING.has(code)

/** How long to wait before the try after `tries` refused ones, when the desk did not say. */
export function waitMs(tries: number, toldS?: number): number {
  return toldS === undefined ? WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]! : toldS * 1000
}

/** The first entry that can go out: not refused, not there yet, its pictures all at the desk. */
export function nextToSend(entries: readonly Entry[]): Entry | null {
  return entries.find((entry) => !entry.failure && !entry.sent && (entry.body.type !== 'image' || entry.body.pictures.every((picture) => picture.name))) ?? null
}

/** How far an entry has come, as its bubble says it. */
export function stateOf(entry: Entry, pictureFailed: boolean, line: { paused: boolean; open: boolean }): 'sent' | 'failed' | 'waiting' | 'paused' | 'sending' {
  if (entry.sent) return 'sent'
  if (entry.failure || pictureFailed) return 'failed'
  if (!line.open) return 'waiting'
  return line.paused ? 'paused' : 'sending'
}

/** The entry as the socket wants it. */
export function frameOf({ client_id, body }: Entry): { type: string; [key: string]: unknown } {
  if (body.type !== 'image') return { client_id, ...body }
  const images = body.pictures.map((picture) => picture.name)
  return { type: 'image', client_id, images, ...(body.text ? { text: body.text } : {}) }
}

export class Outbox {
  private readonly prefix: string

  constructor(
    private readonly store: Store,
    who: string,
  ) {
    this.prefix = `qiantai:out:${who}:`
  }

  /** All entries, oldest first; what storage holds in a form that is none of ours is passed over. */
  entries(): Entry[] {
    const found: Entry[] = []
    for (const key of this.store.keys()) {
      if (!key.startsWith(this.prefix)) continue
      const entry = parsed(this.store.get(key))
      if (entry) found.push(entry)
    }
    return found.sort((a, b) => a.at - b.at || (a.client_id < b.client_id ? -1 : 1))
  }

  put(entry: Entry): void {
    this.store.set(this.prefix + entry.client_id, JSON.stringify(entry))
  }

  remove(clientId: string): void {
    this.store.remove(this.prefix + clientId)
  }

  /** Whether a `storage` event of another tab is about this outbox. */
  owns(key: string | null): boolean {
    return key === null || key.startsWith(this.prefix)
  }
}

function parsed(raw: string | null): Entry | null {
  try {
    const entry = JSON.parse(raw ?? '') as Entry
    return typeof entry.client_id === 'string' && typeof entry.body?.type === 'string' ? entry : null
  } catch {
    return null
  }
}
