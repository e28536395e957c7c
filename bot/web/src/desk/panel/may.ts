// Which deeds this person may do to a ticket: the gateway's table (bot/desk/rights.py) as far as a page needs it, so that no button leads to a refusal.
import type { Row, Self } from '../types'

/** An agent's deeds that want the ticket to be in the agent's own hands. */
const OWN = new Set(['transfer', 'give_back', 'to_bot', 'close', 'plan', 'answer_plan', 'promise', 'offer', 'evidence', 'tick_duty', 'unmask'])
/** And those that are open to the whole group. */
const GROUP = new Set(['claim', 'export', 'whisper', 'reopen', 'follow_up', 'correct_label'])

export type Who = Pick<Self, 'id' | 'role' | 'groups'>
type About = Pick<Row, 'agent' | 'group'>

/** `row` is null for a conversation of the bot's, about which only supervisors may do something. */
export function mayDo(deed: string, row: About | null, me: Who | null, rights: readonly string[]): boolean {
  if (!me) return false
  // To hand on what is in another's hands is a right of its own.
  const right = deed === 'transfer' && row?.agent !== me.id ? 'reassign' : deed
  if (!rights.includes(right)) return false
  if (me.role !== 'agent') return row !== null || right === 'take_over' || right === 'unmask' || right === 'whisper'
  if (!row) return false
  if (OWN.has(right)) return row.agent === me.id
  return !GROUP.has(right) || row.agent === me.id || me.groups.includes(row.group)
}
