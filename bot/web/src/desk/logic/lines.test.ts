import { expect, it } from 'vitest'
import type { Decision, LogEvent } from '../types'
import { linesOf, picturesOf } from './lines'

const DECISION: Decision = { label: 'dispute.product_quality', label2: null, confidence: 0.9, action: 'ask', path: 4, severity: 'normal', group: null, ask: [], guesses: [] }
const EVENTS: LogEvent[] = [
  { no: 1, at: '2026-11-10T23:59:00Z', type: 'message', by: 'visitor', text: '衣服破了', images: ['a.jpg'] },
  { no: 2, at: '2026-11-10T23:59:01Z', type: 'say', by: 'bot', text: '抱歉' },
  { no: 3, at: '2026-11-10T23:59:02Z', type: 'decision', turn: 1, decision: DECISION },
  { no: 4, at: '2026-11-11T00:01:00Z', type: 'say', by: 'agent:s3', text: '我来处理' },
  { no: 5, at: '2026-11-11T00:01:30Z', type: 'say', by: 'agent:s3', text: '请发照片', images: ['/uploads/b.jpg'] },
  { no: 6, at: '2026-11-11T00:09:00Z', type: 'message', by: 'visitor', text: '好' },
]
const day = (at: string) => at.slice(0, 10)

it('puts a day before the first line of each day', () => {
  expect(linesOf(EVENTS, 0, day).map(({ key }) => key)).toEqual(['day-1', 'e1', 'e2', 'day-4', 'e4', 'e5', 'e6'])
})

it('shows what the bot understood under the message, not as a line', () => {
  const lines = linesOf(EVENTS, 0, day)
  const first = lines[1]
  expect(first?.kind === 'event' && first.understood).toBe(DECISION)
  expect(lines.some((line) => line.kind === 'event' && line.event.type === 'decision')).toBe(false)
})

it('joins lines of one voice, and never across a day or another voice', () => {
  const follows = linesOf(EVENTS, 0, day).flatMap((line) => (line.kind === 'event' ? [line.follows] : []))
  expect(follows).toEqual([false, false, false, true, false])
})

it('marks the first unseen message of the customer once', () => {
  expect(linesOf(EVENTS, 1, day).map(({ key }) => key)).toEqual(['day-1', 'e1', 'e2', 'day-4', 'e4', 'e5', 'unread', 'e6'])
  expect(linesOf(EVENTS, 6, day).some(({ kind }) => kind === 'unread')).toBe(false)
})

it('lists pictures in order, under the address of our uploads', () => {
  expect(picturesOf(EVENTS)).toEqual(['/uploads/a.jpg', '/uploads/b.jpg'])
})
