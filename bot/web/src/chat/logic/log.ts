// The conversation's log as this page knows it. Pure: the same events give the same log, in whatever order and how often they came.

import type { OwnMessage, PromiseEvent, VEvent } from '../types'

export interface Log {
  /** Ascending by number, each number once. */
  events: VEvent[]
  /** The highest number heard of; what comes after it is asked for when the line is back. */
  last: number
  /** Whether the archive may hold something older than the first event. */
  more: boolean
}

export const EMPTY: Log = { events: [], last: 0, more: false }

/** The log with `events` in their places; an event whose number is there already changes nothing. */
export function merge(log: Log, events: readonly VEvent[]): Log {
  let next = log.events
  for (const event of events) {
    const at = placeOf(next, event.no)
    if (next[at]?.no === event.no) continue
    if (next === log.events) next = [...next]
    next.splice(at, 0, event)
  }
  return next === log.events ? log : { ...log, events: next, last: Math.max(log.last, next[next.length - 1]?.no ?? 0) }
}

/** A page of the archive that ends before the first event: the log with it in front. */
export function prepend(log: Log, events: readonly VEvent[], more: boolean): Log {
  return { ...merge(log, events), more }
}

/** The server's word on its last number: a log may end with events that are not for customers. */
export function seen(log: Log, no: number): Log {
  return no > log.last ? { ...log, last: no } : log
}

/** The log without what is older than `no`: where a hole in the middle could not be filled, the page rather shows less. */
export function from(log: Log, no: number): Log {
  return { ...log, events: log.events.filter((event) => event.no >= no), more: true }
}

/** Whether a message of this page is in the log: then its outbox entry is done. */
export function has(log: Log, clientId: string): boolean {
  return log.events.some((event) => event.kind === 'message' && event.client_id === clientId)
}

/** What the last turn still waits for: nothing once the customer wrote after it, or the conversation ended. */
export function asked(log: Log): string[] {
  for (let at = log.events.length - 1; at >= 0; at -= 1) {
    const event = log.events[at]!
    if (event.kind === 'turn') return event.ask
    if (event.kind === 'message' || (event.kind === 'owner' && event.owner === 'closed')) return []
  }
  return []
}

export function lastMessage(log: Log): OwnMessage | null {
  for (let at = log.events.length - 1; at >= 0; at -= 1) {
    const event = log.events[at]!
    if (event.kind === 'message') return event
  }
  return null
}

/** The promises, each as it stands now, in the order they were made. */
export function promises(log: Log): PromiseEvent[] {
  const byId = new Map<string, PromiseEvent>()
  for (const event of log.events) if (event.kind === 'promise') byId.set(event.id, event)
  return [...byId.values()]
}

function placeOf(events: readonly VEvent[], no: number): number {
  let at = events.length
  while (at > 0 && events[at - 1]!.no >= no) at -= 1
  return at
}
