// What is worth telling somebody who may look elsewhere: pure, so that every case has a test.
import type { AlertWhat, Row, RowWhy } from '../../types'

export type Kind = 'overdue' | 'offer' | 'assigned' | 'message' | 'queue'
/** The gravest first: of a burst, the gravest is heard. */
export const KINDS: readonly Kind[] = ['overdue', 'offer', 'assigned', 'message', 'queue']

export interface Viewer {
  me: string
  supervises: boolean
  groups: readonly string[]
  /** The conversations on the screen. */
  open: readonly string[]
  /** Whether the page is in front and has the keyboard. */
  focused: boolean
}

type About = Pick<Row, 'agent' | 'group' | 'state' | 'conversation'>
const QUEUED = new Set(['waiting', 'transferred', 'returned'])
const TO_QUEUE = new Set<RowWhy>(['opened', 'transferred', 'returned'])
const TO_ME = new Set<RowWhy>(['assigned', 'transferred'])

/** A ticket changed hands: mine without my doing, or into a queue of my groups. */
export function kindOfRow(row: About, why: RowWhy, viewer: Viewer): Kind | null {
  if (row.agent === viewer.me) return TO_ME.has(why) ? 'assigned' : null
  // A supervisor hears every ticket; what rings is what waits in a group of one's own.
  return TO_QUEUE.has(why) && QUEUED.has(row.state) && viewer.groups.includes(row.group) ? 'queue' : null
}

/** A customer wrote: told to who has the ticket, unless that one is reading it. */
export function kindOfMessage(row: About, viewer: Viewer): Kind | null {
  const reading = viewer.focused && viewer.open.includes(row.conversation)
  return row.agent === viewer.me && !reading ? 'message' : null
}

/** Clocks that only run low. */
const EARLY = new Set<AlertWhat>(['warned', 'promise_due', 'proof_due', 'follow_up', 'scene'])

/** The gateway tells these only to whom they are for: an offer to those who may decide it, the answer to who asked. */
const OFFERS = new Set<AlertWhat>(['offer_asked', 'offer_decided'])

/** A clock ran low or out: told to who has the ticket, to the group while nobody has it, to supervisors when it is out. */
export function kindOfAlert(row: About, what: AlertWhat, viewer: Viewer): Kind | null {
  if (OFFERS.has(what)) return 'offer'
  if (row.agent === viewer.me) return 'overdue'
  if (!row.agent && viewer.groups.includes(row.group)) return 'overdue'
  return viewer.supervises && !EARLY.has(what) ? 'overdue' : null
}

export interface Rung {
  at: number
  kind: Kind | null
}
export const QUIET_MS = 1_500

/** Whether a ring is heard after the last one: a burst rings once, but something graver is not drowned. */
export function isHeard(last: Rung, kind: Kind, now: number): boolean {
  if (last.kind === null || now - last.at >= QUIET_MS) return true
  return KINDS.indexOf(kind) < KINDS.indexOf(last.kind)
}

/** One desktop notification per kind and conversation; the queue's share one. */
export function tagOf(kind: Kind, conversation: string): string {
  return kind === 'queue' ? 'queue' : `${kind}:${conversation}`
}

/** The page's title with the number of conversations that wait for a look. */
export function titleWith(title: string, unread: number): string {
  const bare = title.replace(/^\(\d+\+?\) /, '')
  return unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${bare}` : bare
}
