// A conversation's log as the page holds it. Pure: events come in any order and more than once, and stand once and in order.
import type { LogEvent } from '../types'

export interface Log {
  /** Ascending by number. */
  readonly events: readonly LogEvent[]
  /** Everything between the first event and this number is here: from where to ask on after a break. */
  readonly synced: number
  /** Whether the archive or the log has older ones. */
  readonly older: boolean
}

export const EMPTY: Log = { events: [], synced: 0, older: false }

/** The log with those events in it; an event that is there already stays. */
export function merge(log: Log, events: readonly LogEvent[]): Log {
  const fresh = events.filter((event) => !has(log, event.no))
  if (!fresh.length) return log
  const last = log.events.at(-1)?.no ?? 0
  const sorted = [...new Map(fresh.map((event) => [event.no, event])).values()].sort((a, b) => a.no - b.no)
  const all = sorted[0]!.no > last ? [...log.events, ...sorted] : [...log.events, ...sorted].sort((a, b) => a.no - b.no)
  let synced = log.synced
  // What follows without a gap is known to be complete; after a gap only `synced` from the gateway says so.
  for (const { no } of sorted) if (no === synced + 1) synced = no
  return { ...log, events: all, synced }
}

/** The gateway sent everything after what was asked, up to `no`. */
export function complete(log: Log, no: number): Log {
  return no > log.synced ? { ...log, synced: no } : log
}

/** Whether something between is missing, so that the page must ask again after `synced`. */
export function hasGap(log: Log): boolean {
  const last = log.events.at(-1)?.no ?? 0
  return last > log.synced
}

/** An older page put before. */
export function prepend(log: Log, events: readonly LogEvent[], older: boolean): Log {
  return { ...merge(log, events), synced: log.synced, older }
}

function has(log: Log, no: number): boolean {
  let low = 0
  let high = log.events.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = log.events[middle]!.no
    if (found === no) return true
    if (found < no) low = middle + 1
    else high = middle - 1
  }
  return false
}
