// What a ticket's state means for lists and clocks. Pure.
import type { Limits, Row, Severity } from '../types'

const QUEUED = new Set(['waiting', 'transferred', 'returned'])
const HELD = new Set(['claimed', 'planned'])
const RANK: Record<Severity, number> = { serious: 0, normal: 1, minor: 2 }

export const isQueued = (row: Pick<Row, 'state'>): boolean => QUEUED.has(row.state)
export const isHeld = (row: Pick<Row, 'state'>): boolean => HELD.has(row.state)
export const isOpen = (row: Pick<Row, 'state'>): boolean => isQueued(row) || isHeld(row)

/** As the gateway orders a queue: due second, severity, arrival, id. */
export function inQueueOrder(rows: Row[]): Row[] {
  const key = (row: Row) => [Date.parse(row.next_due_at), RANK[row.severity], Date.parse(row.opened_at)] as const
  return rows.sort((a, b) => {
    const [ka, kb] = [key(a), key(b)]
    for (let i = 0; i < ka.length; i += 1) if (ka[i] !== kb[i]) return ka[i]! - kb[i]!
    return a.id < b.id ? -1 : 1
  })
}

/** How a deadline stands: `ok` 宽裕, `soon` 将到, `over` 超时. */
export type Due = 'ok' | 'soon' | 'over'
const SOON_SHARE = 0.25
const SOON_LEAST_MS = 60_000

/** Whether a clock of the ticket runs: its first answer's or another duty's. */
export function isDue(row: Pick<Row, 'state' | 'first_reply_at' | 'duties'>): boolean {
  return isOpen(row) && (!row.first_reply_at || row.duties.some(({ due_at, done_at }) => due_at && !done_at))
}

/** A due time: `soon` from warn_at on, or in the last quarter where the gateway names no warning. */
export function dueOf(row: { due_at: string; warn_at: string | null; opened_at: string }, now: number): Due {
  const due = Date.parse(row.due_at)
  if (now >= due) return 'over'
  const warn = row.warn_at ? Date.parse(row.warn_at) : due - Math.max(SOON_LEAST_MS, (due - Date.parse(row.opened_at)) * SOON_SHARE)
  return now >= warn ? 'soon' : 'ok'
}

/** How long the customer has waited for a word of a person, against the limits of the first reply. */
export function waitOf(askedAt: string, limits: Limits, now: number): Due {
  const waited = (now - Date.parse(askedAt)) / 1000
  return waited >= limits.first_reply_due_s ? 'over' : waited >= limits.first_reply_warn_s ? 'soon' : 'ok'
}

/** Seconds until a claimed ticket without a word goes back to its queue; null when that does not threaten. */
export function silenceLeft(row: Row, limits: Limits, now: number): number | null {
  if (row.state !== 'claimed' || row.first_reply_at || !row.claimed_at) return null
  return Math.max(0, Math.ceil((Date.parse(row.claimed_at) - now) / 1000 + limits.silent_s))
}
