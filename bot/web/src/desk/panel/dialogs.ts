// Which dialog is open: any button or key of the desk asks for one here, and DeedDialogs.vue shows it.
import { shallowRef } from 'vue'
import type { Agent, Row } from '../types'

export type Asked =
  | { kind: 'transfer' | 'give_back' | 'to_bot' | 'close' | 'reopen'; row: Row }
  /** `row` is null for a conversation that the bot has. */
  | { kind: 'take_over'; conversation: string; row: Row | null }
  | { kind: 'end_sign_in'; agent: Agent }

export const asked = shallowRef<Asked | null>(null)

export function ask(what: Asked): void {
  asked.value = what
}
