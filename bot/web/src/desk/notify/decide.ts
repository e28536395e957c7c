// What a frame of the desk's socket is worth telling somebody who is not looking: pure, so that every case has a test.

export type Kind = 'overdue' | 'assigned' | 'message' | 'queue'
/** The gravest first: of a burst, the gravest is heard. */
export const KINDS: readonly Kind[] = ['overdue', 'assigned', 'message', 'queue']

export interface Ring {
  kind: Kind
  /** One desktop notification per conversation; the queue's share one. */
  tag: string
  conversation: string
  group: string
  label: string
}

interface RowLike {
  id: string
  conversation: string
  state: string
  group_zh: string
  label_zh: string
  agent: string | null
  last_visitor_no?: number | null
}

export interface Viewer {
  me: string
  role: string
  /** The conversation that is open in the page. */
  open: string | null
  /** Whether the page is in front and has the keyboard. */
  focused: boolean
}

type FrameLike = { type: string; [key: string]: unknown }

const QUEUED = new Set(['opened', 'transferred', 'returned'])

/** What the frame rings for this viewer; null for nothing. `heardNo` is the visitor's last number that was known of that conversation. */
export function ringFor(frame: FrameLike, viewer: Viewer, heardNo: (conversation: string) => number | undefined): Ring | null {
  const row = frame.row as RowLike | undefined
  if (!row) return null
  const mine = row.agent === viewer.me
  if (frame.type === 'alert') {
    const concerns = mine || viewer.role === 'supervisor' || (!row.agent && viewer.role === 'agent')
    return concerns ? ring('overdue', row) : null
  }
  if (frame.type !== 'row') return null
  if (frame.why === 'assigned' && mine) return ring('assigned', row)
  // A colleague's transfer to me is new work for me, too.
  if (frame.why === 'transferred' && mine) return ring('assigned', row)
  if (QUEUED.has(String(frame.why)) && !row.agent && row.state !== 'done') return ring('queue', row)
  if (!mine || frame.why !== 'changed') return null
  const before = heardNo(row.conversation)
  const now = row.last_visitor_no ?? 0
  const reading = viewer.focused && viewer.open === row.conversation
  return before !== undefined && now > before && !reading ? ring('message', row) : null
}

function ring(kind: Kind, row: RowLike): Ring {
  const tag = kind === 'queue' ? 'queue' : `${kind}:${row.conversation}`
  return { kind, tag, conversation: row.conversation, group: row.group_zh, label: row.label_zh }
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

export interface SoundPrefs {
  on: boolean
  /** 0–100 */
  volume: number
  muted: Partial<Record<Kind, boolean>>
  /** Whether this browser may show desktop notifications: asked for, never assumed. */
  desktop: boolean
}
export const DEFAULT_PREFS: SoundPrefs = { on: true, volume: 60, muted: {}, desktop: false }

/** Preferences as they were kept; what is missing or damaged is the default. */
export function readPrefs(raw: string | null): SoundPrefs {
  let kept: Partial<SoundPrefs> = {}
  try {
    const value: unknown = JSON.parse(raw ?? '{}')
    if (value && typeof value === 'object') kept = value
  } catch {
    // Somebody else's value under our key: the defaults hold.
  }
  const volume = Number(kept.volume)
  const muted = kept.muted && typeof kept.muted === 'object' ? kept.muted : {}
  return {
    on: typeof kept.on === 'boolean' ? kept.on : DEFAULT_PREFS.on,
    volume: Number.isFinite(volume) && volume >= 0 && volume <= 100 ? volume : DEFAULT_PREFS.volume,
    muted: Object.fromEntries(KINDS.filter((kind) => muted[kind] === true).map((kind) => [kind, true])),
    desktop: kept.desktop === true,
  }
}

export function isAudible(prefs: SoundPrefs, kind: Kind): boolean {
  return prefs.on && prefs.volume > 0 && !prefs.muted[kind]
}

/** The page's title with the number of conversations that wait for a look. */
export function titleWith(base: string, unseen: number): string {
  const bare = base.replace(/^\(\d+\+?\) /, '')
  return unseen > 0 ? `(${unseen > 99 ? '99+' : unseen}) ${bare}` : bare
}
