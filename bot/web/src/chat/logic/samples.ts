// Events for tests, with what a test does not care about filled in.

import type { OwnerEvent, OwnMessage, PromiseEvent, RatedEvent, SayEvent, TurnEvent } from '../types'
import type { Body, Entry } from './outbox'

const START = Date.parse('2026-11-01T02:00:00Z')
/** One second a number. */
const at = (no: number): string => new Date(START + no * 1000).toISOString()
const event = (no: number): { type: 'event'; no: number; at: string } => ({ type: 'event', no, at: at(no) })

export const mine = (no: number, more: Partial<OwnMessage> = {}): OwnMessage => ({ ...event(no), kind: 'message', from: 'me', text: `m${no}`, client_id: `c${no}`, ...more })
export const said = (no: number, more: Partial<SayEvent> = {}): SayEvent => ({ ...event(no), kind: 'say', from: 'bot', text: `s${no}`, ...more })
export const turn = (no: number, ask: string[]): TurnEvent => ({ ...event(no), kind: 'turn', ask, action: 'ask' })
export const promise = (no: number, id: string, done: boolean): PromiseEvent => ({ ...event(no), kind: 'promise', id, text: id, due_at: null, done })
export const rated = (no: number, good: boolean): RatedEvent => ({ ...event(no), kind: 'rated', of: 'agent', good, reasons: [], words: '' })
export const agentOwns = (no: number, name = '小林'): OwnerEvent => ({ ...event(no), kind: 'owner', owner: 'agent', name, group: null, reason: 'claimed' })
export const botOwns = (no: number): OwnerEvent => ({ ...event(no), kind: 'owner', owner: 'bot', name: null, group: null, reason: 'given back' })
export const closed = (no: number): OwnerEvent => ({ ...event(no), kind: 'owner', owner: 'closed', name: null, group: null, reason: 'done' })

export const entry = (clientId: string, body: Body = { type: 'message', text: clientId }, more: Partial<Entry> = {}): Entry => ({
  client_id: clientId,
  at: START + 3_600_000,
  body,
  failure: null,
  sent: false,
  ...more,
})
