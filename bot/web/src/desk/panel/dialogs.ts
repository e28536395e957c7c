// Which dialog is open: any button or key of the desk asks for one here, and DeedDialogs.vue shows it.
import { shallowRef } from 'vue'
import type { Agent, Row } from '../types'
import type { Piece } from './evidence'

/** What wants nothing but a reason. */
export type ReasonAsked =
  | { kind: 'give_back' | 'to_bot' | 'reopen'; row: Row }
  /** `row` is null for a conversation that the bot has. */
  | { kind: 'take_over'; conversation: string; row: Row | null }
  | { kind: 'end_sign_in'; agent: Agent }
export type Asked = ReasonAsked | { kind: 'close' | 'whisper' | 'plan'; row: Row } | { kind: 'transfer'; row: Row; group?: string } | { kind: 'evidence'; row: Row; piece: Piece }

const MORE = new Set(['transfer', 'close', 'whisper', 'plan', 'evidence'])

export function isReason(what: Asked): what is ReasonAsked {
  return !MORE.has(what.kind)
}

export const asked = shallowRef<Asked | null>(null)

export function ask(what: Asked): void {
  asked.value = what
}
