import { expect, it } from 'vitest'
import type { Row } from '../types'
import { dueOf, isDue, inQueueOrder, silenceLeft, waitOf } from './rows'

const NOON = Date.parse('2026-11-11T12:00:00Z')
const LIMITS = { first_reply_warn_s: 100, first_reply_due_s: 180, silent_s: 120 }
const at = (seconds: number) => new Date(NOON + seconds * 1000).toISOString()
const row = (id: string, more: Partial<Row> = {}) => ({ id, state: 'waiting', due_at: at(1800), next_due_at: at(1800), opened_at: at(0), warn_at: null, claimed_at: null, first_reply_at: null, severity: 'normal', duties: [], ...more }) as Row

it('orders as the gateway does: due, severity, arrival, id', () => {
  const rows = [row('d', { opened_at: at(1) }), row('c'), row('b'), row('a', { due_at: at(60), next_due_at: at(1900), severity: 'serious' }), row('s', { severity: 'serious', opened_at: at(9) })]
  expect(inQueueOrder(rows).map(({ id }) => id)).toEqual(['s', 'b', 'c', 'd', 'a'])
})

it('a clock runs until the first answer, and after it while another duty does', () => {
  const recall = { id: 'recall', do: '', do_en: '', by: 'agent', call: false, after: null, warn_at: null, due_at: at(60), done_at: null, done_by: null, breached: false } as const
  const answered = { first_reply_at: at(10) }
  const rows = [row('a'), row('b', answered), row('c', { ...answered, duties: [recall] }), row('d', { ...answered, duties: [{ ...recall, done_at: at(20) }] }), row('e', { ...answered, duties: [{ ...recall, due_at: null }] }), row('f', { state: 'done', duties: [recall] })]
  expect(rows.filter(isDue).map(({ id }) => id)).toEqual(['a', 'c'])
})

it('warns from warn_at on, or in the last quarter, and is over at the due time', () => {
  expect(dueOf(row('a', { warn_at: at(100) }), NOON + 99_000)).toBe('ok')
  expect(dueOf(row('a', { warn_at: at(100) }), NOON + 100_000)).toBe('soon')
  expect(dueOf(row('a'), NOON + 1_349_000)).toBe('ok')
  expect(dueOf(row('a'), NOON + 1_350_000)).toBe('soon')
  expect(dueOf(row('a'), NOON + 1_800_000)).toBe('over')
})

it('counts a customer\'s wait against the first reply\'s limits', () => {
  expect(waitOf(at(0), LIMITS, NOON + 99_000)).toBe('ok')
  expect(waitOf(at(0), LIMITS, NOON + 100_000)).toBe('soon')
  expect(waitOf(at(0), LIMITS, NOON + 180_000)).toBe('over')
})

it('tells how long a claimed ticket without a word stays', () => {
  const claimed = row('a', { state: 'claimed', claimed_at: at(0) })
  expect(silenceLeft(claimed, LIMITS, NOON + 30_000)).toBe(90)
  expect(silenceLeft(claimed, LIMITS, NOON + 500_000)).toBe(0)
  expect(silenceLeft({ ...claimed, first_reply_at: at(10) }, LIMITS, NOON)).toBeNull()
  expect(silenceLeft(row('a'), LIMITS, NOON)).toBeNull()
})
