// Reasons as dialogs gather them: a choice of the shop's, words of one's own, or both. Pure.
import type { Named } from '../types'

export const LONGEST_REASON = 200

/** The sentence that is kept: in the words of the shop's data, whatever language the page is in, for colleagues read it. */
export function reasonOf(choice: Named | undefined, words: string): string {
  const own = words.trim()
  if (!choice) return own
  return own ? `${choice.zh}：${own}` : choice.zh
}
