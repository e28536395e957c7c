// The visitor's side of docs/live.md: events of the log and frames of the socket.

import type { OwnerKind } from '../shared/types'

interface Numbered {
  type: 'event'
  no: number
  at: string
}

export interface OwnMessage extends Numbered {
  kind: 'message'
  from: 'me'
  text: string
  title?: string
  images?: string[]
  client_id?: string
}

export type Button = [title: string, payload: string]

export interface SayEvent extends Numbered {
  kind: 'say'
  from: 'bot' | 'agent'
  name?: string | null
  text: string
  images?: string[]
  buttons?: Button[]
}

export interface NoticeEvent extends Numbered {
  kind: 'notice'
  text: string
}

export interface TurnEvent extends Numbered {
  kind: 'turn'
  ask: string[]
  action: string
}

export interface PromiseEvent extends Numbered {
  kind: 'promise'
  id: string
  text: string
  /** "" when nobody put it into English. */
  text_en?: string
  due_at: string | null
  done: boolean
  /** Its time passed. */
  missed?: boolean
}

export interface Summary {
  ticket: string
  about: string
  order_tail: string | null
  outcome: string
  outcome_en: string
  agent: string | null
  promises: { text: string; text_en?: string; due_at: string | null; done: boolean; missed?: boolean }[]
}

export interface OwnerEvent extends Numbered {
  kind: 'owner'
  owner: OwnerKind
  name: string | null
  group: string | null
  reason: string
  summary?: Summary
}

export interface RatedEvent extends Numbered {
  kind: 'rated'
  /** Who was rated: the card of an ended matter is about people. */
  of: 'bot' | 'agent'
  good: boolean
  reasons: string[]
  words: string
}

export type VEvent = OwnMessage | SayEvent | NoticeEvent | TurnEvent | PromiseEvent | OwnerEvent | RatedEvent

export interface Queue {
  owner: OwnerKind
  name: string | null
  group: string | null
  place: number | null
  minutes: number | null
  on_duty: boolean
  opens: string | null
  opens_en: string | null
}

/** Something that everybody must hear now: a failure, a shortage. */
export interface Announcement {
  id: string
  title: string
  title_en: string
  text: string
  text_en: string
  since: string
  back_at: string | null
}

export interface Reason {
  name: string
  zh: string
  en: string
}

export interface PageWords {
  shop: { name: string; name_en: string }
  greeting: { zh: string; en: string }[]
  quick: { title: string; text: string; title_en: string; text_en: string }[]
  rating_reasons: { good: Reason[]; bad: Reason[] }
  max_chars: number
}

export interface Session {
  token: string
  expires_at: string
  conversation: string
  verified: boolean
  buyer_name: string | null
}
