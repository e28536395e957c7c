// The platform's deadline for the shop's proof: how it stands, and its times in the shop's zone. Pure.
import type { Due } from '../logic/rows'

/** The shop's zone; China has no summer time. */
const SHOP_OFFSET_MS = 8 * 3_600_000
const SOON_MS = 24 * 3_600_000
const LAST_MS = 4 * 3_600_000

export type Standing = Due | 'last'

/** `soon` in the last day, `last` in the last four hours: when the desk warns. */
export function proofStanding(dueAt: string, now: number): Standing {
  const left = Date.parse(dueAt) - now
  return left <= 0 ? 'over' : left <= LAST_MS ? 'last' : left <= SOON_MS ? 'soon' : 'ok'
}

/** The value of an `<input type="datetime-local">` that means Beijing time, wherever the computer is. */
export function shopInput(at: number): string {
  return new Date(at + SHOP_OFFSET_MS).toISOString().slice(0, 16)
}

/** Back to a time with its zone; null for nothing or nonsense. */
export function shopIso(input: string): string | null {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(input) && !Number.isNaN(Date.parse(`${input}:00+08:00`)) ? `${input}:00+08:00` : null
}

/** 11-13 20:00 in Beijing, with the year when it is another one than that of `now`. */
export function shopMoment(dueAt: string, now: number): string {
  const text = shopInput(Date.parse(dueAt)).replace('T', ' ')
  return text.slice(0, 4) === shopInput(now).slice(0, 4) ? text.slice(5) : text
}
