// Reasons as dialogs gather them and logs show them: a choice of the shop's, words of one's own, or both. Pure.
import type { Named } from '../types'

export const LONGEST_REASON = 200
const BETWEEN = ': '

/** What is kept: the choice by its name, which reports count and every language can show, then one's own words. */
export function reasonOf(choice: Named | undefined, words: string): string {
  const own = words.trim()
  if (!choice) return own
  return own ? `${choice.name}${BETWEEN}${own}` : choice.name
}

/** A kept reason for people: the choice's words in the reader's language, one's own words as they were written. */
export function readReason(reason: string, lists: readonly (readonly Named[])[], called: (thing: Named) => string): string {
  const [name = '', ...own] = reason.split(BETWEEN)
  const choice = lists.flat().find((one) => one.name === name)
  return choice ? [called(choice), ...own].join(BETWEEN) : reason
}
