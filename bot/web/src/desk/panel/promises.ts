// Promises to a customer in the order in which they want a look. Pure.
import type { Due } from '../logic/rows'
import type { PromiseItem } from '../types'

const SOON_MS = 15 * 60_000

/** Open ones first, the earliest due at the top, those without a time after them; kept ones last. */
export function inOrder(promises: readonly PromiseItem[]): PromiseItem[] {
  const due = ({ due_at }: PromiseItem): number => (due_at ? Date.parse(due_at) : Infinity)
  return [...promises].sort((a, b) => Number(a.done) - Number(b.done) || compare(due(a), due(b)))
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** How an open promise stands; null for one without a time or a kept one. */
export function promiseDue({ done, due_at }: PromiseItem, now: number): Due | null {
  if (done || !due_at) return null
  const left = Date.parse(due_at) - now
  return left <= 0 ? 'over' : left <= SOON_MS ? 'soon' : 'ok'
}
