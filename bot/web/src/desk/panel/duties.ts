// How a ticket's duties stand. Pure.
import { type Due, dueOf } from '../logic/rows'
import type { Duty } from '../types'

/** The first answer: saying it ticks it, nobody does so by hand. */
export const REPLY = 'reply'

export type Standing =
  | { kind: 'done'; at: string; late: boolean }
  | { kind: 'due'; at: string; due: Due }
  /** Its clock begins when another one is done; `after` is what that one is called. */
  | { kind: 'waits'; after: string; after_en: string }

export function standing(duty: Duty, all: readonly Duty[], now: number): Standing {
  const { done_at, due_at, warn_at } = duty
  if (done_at) return { kind: 'done', at: done_at, late: !!due_at && Date.parse(done_at) > Date.parse(due_at) }
  if (due_at) return { kind: 'due', at: due_at, due: dueOf({ due_at, warn_at, opened_at: due_at }, now) }
  const before = all.find(({ id }) => id === duty.after)
  return { kind: 'waits', after: before?.do ?? duty.after ?? '', after_en: before?.do_en ?? '' }
}

/** Whether somebody can tick it by hand now. */
export const tickable = (duty: Duty): boolean => duty.id !== REPLY && !!duty.due_at && !duty.done_at
