// Events that are no words of anybody, as one line each.
import { called, locale, t, te } from '../i18n'
import { REPLY } from '../panel/duties'
import { yuan } from '../panel/money'
import { readReason } from '../panel/reasons'
import { useSession } from '../stores/session'
import { useTeam } from '../stores/team'
import type { LogEvent } from '../types'
import { momentOf } from '../ui/words'

export interface Note {
  mark: string
  text: string
  tone?: 'told' | 'promise' | 'warn'
}

type Writer = (event: LogEvent) => Note

const WRITERS: Record<string, Writer> = {
  notice: (event) => ({ mark: '»', text: t('talk.note.notice', { text: event.text ?? '' }), tone: 'told' }),
  owner: (event) => ({ mark: '⇄', text: ownerLine(event) }),
  label: (event) => ({ mark: '✎', text: t('talk.note.label', { who: whoOf(event), was: labelName(event.was), now: labelName(event.label) }) }),
  promise: (event) => ({
    mark: '◆', tone: 'promise',
    text: event.due_at ? t('talk.note.promise_due', { who: whoOf(event), text: event.text ?? '', at: momentOf(event.due_at) }) : t('talk.note.promise', { who: whoOf(event), text: event.text ?? '' }),
  }),
  promise_done: (event) => ({ mark: '✓', text: t('talk.note.promise_done', { who: whoOf(event), text: event.text ?? '' }), tone: 'promise' }),
  promise_missed: (event) => ({ mark: '!', text: t('talk.note.promise_missed', { text: event.text ?? '' }), tone: 'warn' }),
  proof: (event) => ({ mark: '◷', text: event.due_at ? t('talk.note.proof', { who: whoOf(event), at: momentOf(event.due_at) }) : t('talk.note.proof_none', { who: whoOf(event) }) }),
  proof_due: (event) => ({ mark: '◷', text: t('talk.note.proof_due', { at: momentOf(event.due_at ?? event.at) }), tone: 'warn' }),
  plan: (event) => ({ mark: event.what === 'agreed' ? '✓' : event.what === 'refused' ? '✕' : '◇', text: planLine(event), tone: event.what === 'refused' ? 'warn' : 'told' }),
  ticket: (event) => event.what === 'scene' ? sceneNote(event) : ({ mark: event.what === 'duty_done' ? '✓' : '!', text: known('talk.note.ticket', ticketDeed(event)), tone: event.what === 'warned' || event.what === 'breached' || event.what === 'silent' ? 'warn' : undefined }),
  offer: (event) => ({ mark: '¥', text: offerLine(event), tone: event.what === 'asked' || event.what === 'refused' ? 'warn' : 'promise' }),
  order: (event) => ({ mark: '!', text: known('talk.note.order', event.what), tone: 'warn' }),
  rated: (event) => ({ mark: '★', text: t(event.good ? 'talk.note.rated_good' : 'talk.note.rated_bad', { words: event.words || t('talk.note.no_words') }) }),
  evidence: (event) => ({ mark: '＋', text: t(evidenceDeed(event), { who: whoOf(event), what: event.what ?? '' }) }),
}

/** The line, or null for an event of a kind that this page does not know. */
export function noteOf(event: LogEvent): Note | null {
  return WRITERS[event.type]?.(event) ?? null
}

function planLine(event: LogEvent): string {
  // Pressed by the customer, or said by an agent who heard it.
  if (event.what !== 'made') return t(`talk.note.plan_${event.what === 'agreed' ? 'agreed' : 'refused'}${event.by === 'visitor' ? '' : '_heard'}`, { who: whoOf(event) })
  return event.words ? t('talk.note.plan_words', { who: whoOf(event), words: event.words ?? '' }) : t('talk.note.plan', { who: whoOf(event) })
}

function ownerLine(event: LogEvent): string {
  const [kind, rest] = split(event.owner ?? '')
  const why = event.reason ? known('talk.why', event.reason) : ''
  const name = event.name && kind === 'agent' ? event.name : useTeam().nameOf(rest)
  const words: Record<string, string> = {
    bot: t('talk.note.to_bot'),
    queue: t('talk.note.to_queue', { group: groupName(rest) }),
    agent: t('talk.note.to_agent', { name: name || rest }),
    closed: t('talk.note.closed'),
  }
  const line = words[kind] ?? event.owner ?? ''
  return why ? t('talk.note.because', { line, why }) : line
}

function offerLine(event: LogEvent): string {
  const values = { who: whoOf(event), what: known('panel.offer.kinds', event.kind), amount: yuan(event.amount_fen ?? 0) }
  const line = t(`talk.note.offer.${event.what}`, values)
  const why = event.note || (event.what === 'made' || event.what === 'asked' ? event.text : '')
  return why ? t('talk.note.because', { line, why }) : line
}

/** The scene and the way out of it, in the reader's language. */
function sceneNote({ zh = '', en = '', next = [], next_en = [] }: LogEvent): Note {
  const [name, steps] = locale() === 'en' ? [en, next_en] : [zh, next]
  return { mark: '!', text: t('talk.note.scene', { name, steps: steps.join(t('talk.note.then')) }), tone: 'warn' }
}

/** `warned` and `breached` are said of the first answer; of another duty in its own words. */
function ticketDeed({ what, duty }: LogEvent): string | undefined {
  return duty && duty !== REPLY && (what === 'warned' || what === 'breached') ? `duty_${what}` : what
}

function evidenceDeed({ have, detached }: LogEvent): string {
  if (detached) return 'talk.note.evidence_detached'
  return have ? 'talk.note.evidence' : 'talk.note.evidence_missing'
}

function split(owner: string): [kind: string, rest: string] {
  const at = owner.indexOf(':')
  return at < 0 ? [owner, ''] : [owner.slice(0, at), owner.slice(at + 1)]
}

/** A code's words, else the code itself: reasons may be somebody's own words. */
function known(area: string, code = ''): string {
  return te(`${area}.${code}`) ? t(`${area}.${code}`) : readReason(code, Object.values(useSession().reasons), called)
}

function whoOf(event: LogEvent): string {
  if (event.name) return event.name
  const [kind, rest] = split(event.by ?? '')
  if (kind === 'bot' || kind === 'desk' || kind === 'watch' || kind === 'visitor') return t(`talk.voice.${kind}`)
  return useTeam().nameOf(rest || kind)
}

function labelName(label = ''): string {
  return called(useSession().labels.find(({ name }) => name === label) ?? { name: label, zh: label })
}

function groupName(group: string): string {
  return called(useSession().groups.find(({ name }) => name === group) ?? { name: group, zh: group })
}
