// What the desk hears from the gateway: the shapes of docs/live.md §4–§6.
import type { Card } from '../shared/types'

export type { Card }
export type Presence = 'online' | 'busy' | 'break'
export type Severity = 'minor' | 'normal' | 'serious'
export type Guess = [label: string, zh: string, share: number]

/** A name for programs and its words for people; `en` where the shop's data has it. */
export interface Named {
  name: string
  zh: string
  en?: string
}

export interface Self {
  id: string
  name: string
  role: string
  groups: string[]
  status: Presence | 'offline'
  capacity: number
}

/** On for every customer now. */
export interface AnnouncementOn {
  id: string
  title: string
  title_en: string
  text: string
  text_en: string
  since: string
  back_at: string | null
  by: string
  name: string
  until: string | null
  goods: string[]
}

/** One that the shop prepared; `listed`: it is about goods that are named when it goes on. */
export interface Prepared {
  id: string
  title: string
  title_en: string
  listed: boolean
  on: AnnouncementOn | null
}

export interface Limits {
  first_reply_warn_s: number
  first_reply_due_s: number
  silent_s: number
}

export interface Me {
  csrf: string
  me: Self
  rights: string[]
  phase: string
  groups: Named[]
  labels: Named[]
  outcomes: Named[]
  causes?: Named[]
  reasons?: Record<string, Named[]>
  capacity_max: number
  limits: Limits
}

export interface Row {
  id: string
  conversation: string
  state: string
  group: string
  group_zh: string
  label: string
  label_zh: string
  label2: string | null
  label2_zh: string | null
  confidence: number
  severity: Severity
  /** What raised it, in the shop's words. */
  severity_reasons: string[]
  path: number | null
  reason: string
  order_tail: string | null
  agent: string | null
  agent_name: string | null
  opened_at: string
  claimed_at: string | null
  /** The first answer's. */
  due_at: string
  /** What is due first now, and when that is warned of. */
  next_due_at: string
  warn_at: string | null
  first_reply_at: string | null
  closed_at: string | null
  outcome: string | null
  /** Until when the platform wants the shop's proof. */
  proof_due_at: string | null
  cost_fen: number | null
  cause: string | null
  plan: Plan | null
  follow_up: FollowUp | null
  place: number | null
  asked_at: string | null
  last_no: number
  last_visitor_no: number
  preview: string
  preview_from: 'visitor' | 'bot' | 'agent' | 'desk'
  verified: boolean
  previous: string | null
  guesses: Guess[]
  summary: string
  response_rule: string
  /** "" when the shop wrote none. */
  response_rule_en: string
  /** The scene that it was last seen as, by its id. */
  scene?: string | null
  duties: Duty[]
  offers: Offer[]
}

export type OfferKind = 'refund' | 'compensation' | 'freight' | 'price' | 'return'

/** What the customer was offered, or may be once a supervisor says yes. */
export interface Offer {
  id: string
  kind: OfferKind
  amount_fen: number
  words: string
  by: string
  by_name: string
  at: string
  state: 'made' | 'asked' | 'agreed' | 'refused' | 'withdrawn'
  decided_by: string | null
  decided_by_name: string | null
  decided_at: string | null
  note: string
  /** The rules grant it to every agent: it takes nothing from the limit. */
  by_rule: boolean
}

/** How much one may promise in a matter without asking; `order_fen` is null while the order is not known. */
export interface Authority {
  limit_fen: number
  left_fen: number
  order_fen: number | null
  /** Small freight and price matters: the first line settles them. */
  first_line: boolean
}

/** What the shop will do, and the customer's answer; `answer_no` is the message that proves it. */
export interface Plan {
  n: number
  words: string
  deed: string
  by: string
  at: string | null
  told_at: string | null
  agreed_at: string | null
  refused_at: string | null
  answer_no: number | null
}

export type FollowUpResult = 'satisfied' | 'unsatisfied' | 'not_reached'

/** Asking after the deed; open until `done_at`. */
export interface FollowUp {
  due_at: string
  tries: number
  done_at: string | null
  done_by: string | null
  result: FollowUpResult | null
  note: string
}

/** What somebody must have done for a ticket; `due_at` is null until the one that it comes `after` is done. */
export interface Duty {
  id: string
  do: string
  do_en: string
  by: 'agent' | 'supervisor' | 'warehouse' | 'department' | 'courier'
  call: boolean
  after: string | null
  warn_at: string | null
  due_at: string | null
  done_at: string | null
  done_by: string | null
  breached: boolean
}

export interface Agent {
  id: string
  name: string
  role: string
  groups: string[]
  status: Presence | 'offline'
  since: string | null
  capacity: number
  load: number
  oldest_asked_at: string | null
  silent: boolean
}

export interface Queue {
  group: string
  name: string
  waiting: number
  oldest_at: string | null
  next_due_at: string | null
  on_duty: number
  serious: number
}

export interface Decision {
  label: string
  label2: string | null
  confidence: number
  action: string
  path: number | null
  severity: Severity
  group: string | null
  ask: string[]
  guesses: Guess[]
}

/** A line of a conversation's log. Which of the other keys are there depends on `type`. */
export interface LogEvent {
  no: number
  at: string
  type: string
  by?: string
  name?: string | null
  text?: string
  title?: string
  images?: string[]
  buttons?: [string, string][]
  client_id?: string
  to?: string
  turn?: number | null
  decision?: Decision
  owner?: string
  reason?: string
  ticket?: string | null
  epoch?: number
  passed?: number[]
  what?: string
  /** A scene's title, and what is to be done, as a watch's event tells them. */
  zh?: string
  en?: string
  next?: string[]
  next_en?: string[]
  order_no?: string
  /** The duty that a ticket's event is about. */
  duty?: string
  was?: string
  label?: string
  message_no?: number | null
  id?: string
  due_at?: string | null
  good?: boolean
  reasons?: string[]
  words?: string
  have?: boolean
  detached?: boolean
  /** Of an offer. */
  kind?: string
  amount_fen?: number
  note?: string
  deed?: string
}

export interface Buyer {
  name: string | null
  phone: string | null
  address: string | null
}

export interface EvidenceItem {
  what: string
  bring: string
  have: boolean
  refs: number[]
  /** Addresses of what was attached beside the messages. */
  pictures?: string[]
  why?: string
  example?: string
}

/** Something in a line that looks like a promise. */
export interface Suggestion {
  kind: string
  kind_zh: string
  text: string
  due_at: string
}

export interface PromiseItem {
  id: string
  text: string
  due_at: string | null
  done: boolean
}

export interface NextStep {
  rule: string
  missing: string[]
  steps: string[]
  /** The same in English, where they are the shop's words as far as it wrote them. */
  steps_en?: string[]
}

/** A matter that easily ends in a platform intervention. */
export interface Scene {
  id: string
  zh: string
  en: string
  /** The shop's system was asked not to ship. */
  stops: boolean
}

/** What stands beside the log: `GET conversations/{c}`. */
export interface Detail {
  row: Row | null
  conversation: { id: string; owner: string; epoch: number; verified: boolean; last_no: number }
  buyer: Buyer
  orders: Card[]
  order: Card | null
  tickets: Row[]
  evidence: EvidenceItem[]
  promises: PromiseItem[]
  next: NextStep
  scene?: Scene | null
  related: { conversation: string; at: string; label_zh: string; outcome: string | null }[]
  /** Orders or history could not be read: what is empty may not be. */
  partial?: boolean
}

export interface Script {
  id: string
  topic: string
  title: string
  text: string
  pinyin: string
  initials: string
  labels: string[]
}

export interface Looker {
  id: string
  name: string
  typing: boolean
}

/** A line of the audit: who did what, and to what. */
/** What the shop's systems were told, and what was given up. */
export interface Webhooks {
  to: string | null
  waiting: number
  dead: number
  ok_at: string | null
  error: string | null
  error_at: string | null
  letters: { id: string; event: string; conversation: string; tries: number; error: string; at: string }[]
}

export interface Audited {
  no: number
  at: string
  who: string | null
  name: string | null
  what: string
  data: Record<string, unknown>
}

export type RowWhy = 'opened' | 'claimed' | 'assigned' | 'transferred' | 'returned' | 'closed' | 'changed'
export type AlertWhat = 'warned' | 'breached' | 'silent' | 'promise_due' | 'promise_missed' | 'proof_due' | 'offer_asked' | 'offer_decided' | 'follow_up' | 'scene'
