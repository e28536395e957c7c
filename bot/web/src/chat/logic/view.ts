// From the log and the outbox to what stands on the screen, line by line. Pure.

import type { Button, OwnMessage, RatedEvent, SayEvent, Summary, VEvent } from '../types'
import type { Entry } from './outbox'

export interface Bubble {
  kind: 'bubble'
  key: string
  side: 'me' | 'bot' | 'agent'
  name: string | null
  text: string
  images: string[]
  /** Pictures on their way, by their key in the picture store. */
  waiting: string[]
  at: string
  /** First of a row by the same sender: name and avatar stand there. */
  first: boolean
  buttons: Button[]
  /** Whether the buttons still answer something. */
  live: boolean
  /** The payload that was tapped, once it was. */
  chosen: string | null
  entry: Entry | null
}

export type Item =
  | Bubble
  | { kind: 'divider'; key: string; at: string }
  | { kind: 'notice'; key: string; text: string }
  | { kind: 'joined' | 'back'; key: string; name: string | null }
  | { kind: 'promise'; key: string; text: string; due_at: string | null; done: boolean; missed?: boolean }
  | { kind: 'ended'; key: string; summary: Summary | null; rateable: boolean; rated: RatedEvent | null }

const GAP_MS = 5 * 60_000
/** What the log says in place of words when a message is only pictures. */
const PICTURE_MARKS = new Set(['[图片]', ''])

/** Everything to show, oldest first. */
export function itemsOf(events: readonly VEvent[], entries: readonly Entry[]): Item[] {
  const items: Item[] = []
  const lastOwn = events.reduce((no, event) => (event.kind === 'message' ? event.no : no), 0)
  const lastClosed = events.reduce((no, event) => (event.kind === 'owner' && event.owner === 'closed' ? event.no : no), 0)
  const latest = new Map<string, number>()
  for (const event of events) if (event.kind === 'promise') latest.set(event.id, event.no)
  let before = 0
  let owner = ''

  const push = (bubble: Bubble): void => {
    divide(bubble.at)
    const previous = items[items.length - 1]
    bubble.first = !(previous?.kind === 'bubble' && previous.side === bubble.side && previous.name === bubble.name)
    items.push(bubble)
  }
  const divide = (at: string): void => {
    const time = Date.parse(at)
    if (time - before > GAP_MS) items.push({ kind: 'divider', key: `t${at}`, at })
    before = Math.max(before, time)
  }

  events.forEach((event, index) => {
    if (event.kind === 'message') push(own(event))
    else if (event.kind === 'say') {
      const answer = answerTo(event, events, index)
      const live = event.from === 'agent' ? isAsked(events, index, answer) && !entries.some((entry) => isAnswer(entry, event)) : event.no > lastOwn && !entries.some(isWords)
      push(said(event, live, answer))
    } else if (event.kind === 'notice') {
      divide(event.at)
      items.push({ kind: 'notice', key: `n${event.no}`, text: event.text })
    } else if (event.kind === 'promise' && latest.get(event.id) === event.no) {
      items.push({ kind: 'promise', key: `p${event.id}`, text: event.text, due_at: event.due_at, done: event.done, missed: event.missed })
    } else if (event.kind === 'owner') {
      if (event.owner === 'agent') items.push({ kind: 'joined', key: `o${event.no}`, name: event.name })
      if (event.owner === 'bot' && owner === 'agent') items.push({ kind: 'back', key: `o${event.no}`, name: null })
      if (event.owner === 'closed') {
        const rateable = event.no === lastClosed
        items.push({ kind: 'ended', key: `o${event.no}`, summary: event.summary ?? null, rateable, rated: lastRating(events, index) })
      }
      owner = event.owner
    }
  })
  const known = new Set(events.map((event) => (event.kind === 'message' ? event.client_id : undefined)))
  for (const entry of entries) if (isWords(entry) && !known.has(entry.client_id)) push(pending(entry))
  return items
}

const isWords = (entry: Entry): boolean => entry.body.type !== 'rate'

function own(event: OwnMessage): Bubble {
  const images = event.images ?? []
  const text = event.title ?? (images.length && PICTURE_MARKS.has(event.text) ? '' : event.text)
  return { ...blank(`m${event.client_id ?? event.no}`, event.at), side: 'me', text, images }
}

function pending(entry: Entry): Bubble {
  const { body } = entry
  const text = body.type === 'button' ? body.title : body.type === 'rate' ? '' : body.text
  const waiting = body.type === 'image' ? body.pictures.map((picture) => picture.id) : []
  return { ...blank(`m${entry.client_id}`, new Date(entry.at).toISOString()), side: 'me', text, waiting, entry }
}

function said(event: SayEvent, live: boolean, chosen: string | null): Bubble {
  const { text, images = [], buttons = [] } = event
  return { ...blank(`s${event.no}`, event.at), side: event.from, name: event.name ?? null, text, images, buttons, live, chosen }
}

function blank(key: string, at: string): Bubble {
  return { kind: 'bubble', key, side: 'bot', name: null, text: '', images: [], waiting: [], at, first: true, buttons: [], live: false, chosen: null, entry: null }
}

/** The payload of the button that the next own message came from. */
function answerTo(event: SayEvent, events: readonly VEvent[], index: number): string | null {
  if (!event.buttons?.length) return null
  const own = events.slice(index + 1).filter((later): later is OwnMessage => later.kind === 'message')
  // A person's question (a plan) may be answered after other words; the bot's only by the next ones.
  if (event.from === 'agent') return event.buttons.find(([, payload]) => own.some((later) => later.text === payload))?.[1] ?? null
  const next = own[0]
  return event.buttons.find(([title, payload]) => next && (next.title === title || next.text === payload))?.[1] ?? null
}

/** Whether a person's question still waits: not answered, none newer, the conversation not ended. */
function isAsked(events: readonly VEvent[], index: number, answer: string | null): boolean {
  return answer === null && !events.slice(index + 1).some((later) => (later.kind === 'say' && later.from === 'agent' && !!later.buttons?.length) || (later.kind === 'owner' && later.owner === 'closed'))
}

/** Whether a button of that line is on its way. */
function isAnswer({ body }: Entry, event: SayEvent): boolean {
  return body.type === 'button' && !!event.buttons?.some(([, payload]) => payload === body.payload)
}

/** The newest rating between this end and the next one: a later rating replaces an earlier one. */
function lastRating(events: readonly VEvent[], index: number): RatedEvent | null {
  let found: RatedEvent | null = null
  for (const event of events.slice(index + 1)) {
    if (event.kind === 'owner' && event.owner === 'closed') break
    // What somebody says of the bot later on is no word on these people.
    if (event.kind === 'rated' && event.of === 'agent') found = event
  }
  return found
}
