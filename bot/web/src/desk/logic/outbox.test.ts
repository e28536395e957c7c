import { expect, it } from 'vitest'
import type { LogEvent } from '../types'
import { nextToSend, type Outgoing, pendingLines } from './outbox'

const line = (client_id: string, more: Partial<Outgoing> = {}): Outgoing => ({
  client_id, conversation: 'c1', kind: 'say', text: '您好', images: [], at: 0, state: 'sending', no: null, after: 5, error: '', again: false, ...more,
})
const said = (no: number, more: Partial<LogEvent> = {}): LogEvent => ({ no, at: '', type: 'say', by: 'agent:s3', text: '您好', ...more })
const ids = (lines: Outgoing[]) => lines.map(({ client_id }) => client_id)

it('shows a line until its event is there, and never both', () => {
  expect(ids(pendingLines([line('a', { state: 'sent', no: 6 })], [], 's3'))).toEqual(['a'])
  expect(pendingLines([line('a', { state: 'sent', no: 6 })], [said(6)], 's3')).toEqual([])
})

it('hides it also when the event is faster than the answer', () => {
  expect(pendingLines([line('a')], [said(6)], 's3')).toEqual([])
  expect(pendingLines([line('a')], [said(6, { client_id: 'a', text: 'masked' })], 's3')).toEqual([])
})

it('does not take an older or another person\'s same words for it', () => {
  expect(ids(pendingLines([line('a')], [said(4)], 's3'))).toEqual(['a'])
  expect(ids(pendingLines([line('a')], [said(6, { by: 'agent:s4' })], 's3'))).toEqual(['a'])
  expect(ids(pendingLines([line('a')], [said(6, { type: 'whisper' })], 's3'))).toEqual(['a'])
})

it('one event hides one of two same lines', () => {
  expect(ids(pendingLines([line('a'), line('b')], [said(6)], 's3'))).toEqual(['b'])
})

it('sends one at a time in each conversation, and nothing past a failed one', () => {
  expect(ids(nextToSend([line('a', { state: 'waiting' }), line('b', { state: 'waiting' }), line('c', { state: 'waiting', conversation: 'c2' })]))).toEqual(['a', 'c'])
  expect(nextToSend([line('a'), line('b', { state: 'waiting' })])).toEqual([])
  expect(nextToSend([line('a', { state: 'failed' }), line('b', { state: 'waiting' })])).toEqual([])
  expect(ids(nextToSend([line('a', { state: 'sent' }), line('b', { state: 'waiting' })]))).toEqual(['b'])
})
