import { describe, expect, it } from 'vitest'
import type { Authority, Offer } from '../types'
import { costOf, fenOf, inSight, lastAnswered, waitsFor, willAsk, wrongWith, type Draft } from './offers'

const ROOM: Authority = { limit_fen: 3870, left_fen: 2870, order_fen: 12900, first_line: false }
const draft = (more: Partial<Draft> = {}): Draft => ({ kind: 'compensation', amount: '28.70', words: '补一点', ...more })
const offer = (more: Partial<Offer> = {}): Offer => ({
  id: 'o1', kind: 'compensation', amount_fen: 100, words: '', by: 's1', by_name: '小林', at: '2026-11-11T04:00:00Z', state: 'made',
  decided_by: null, decided_by_name: null, decided_at: null, note: '', by_rule: false, ...more,
})

it.each([['38.7', 3870], ['¥38.70', 3870], [' 0.29 ', 29], ['1,290', 129000], ['12元', 1200], ['38。5', 3850], ['0', 0]])('%s is an amount', (text, fen) => {
  expect(fenOf(text)).toBe(fen)
})

it.each(['', '.', '-1', '1.234', '一百', '1e3', '12345678', '3.'])('"%s" is none', (text) => {
  expect(fenOf(text)).toBeNull()
})

describe('the form', () => {
  it('says what is missing before anything is sent', () => {
    expect(wrongWith(draft(), ROOM)).toBeNull()
    expect(wrongWith(draft({ amount: 'x' }), ROOM)).toBe('amount')
    expect(wrongWith(draft({ amount: '0' }), ROOM)).toBe('zero')
    expect(wrongWith(draft({ kind: 'return', amount: '0' }), ROOM)).toBeNull()
    expect(wrongWith(draft({ amount: '129.01' }), ROOM)).toBe('above_order')
    expect(wrongWith(draft({ amount: '129.01' }), { ...ROOM, order_fen: null })).toBeNull()
    expect(wrongWith(draft({ words: ' ' }), ROOM)).toBe('words')
  })

  it('tells whether a supervisor will be asked, where the page can know', () => {
    expect(willAsk(draft(), ROOM)).toBe(false)
    expect(willAsk(draft({ amount: '28.71' }), ROOM)).toBe(true)
    expect(willAsk(draft({ kind: 'refund', amount: '100' }), ROOM)).toBe(true)
    expect(willAsk(draft({ kind: 'refund', amount: '129' }), ROOM)).toBeNull()
    expect(willAsk(draft({ kind: 'return', amount: '100' }), ROOM)).toBeNull()
    expect(willAsk(draft({ amount: '' }), ROOM)).toBeNull()
    expect(willAsk(draft({ amount: '129.01' }), ROOM)).toBeNull()
    expect(willAsk(draft(), null)).toBeNull()
  })
})

it('an offer waits for others than who asked', () => {
  const row = { offers: [offer(), offer({ id: 'o2', state: 'asked' })] }
  expect(waitsFor(row, 's4').map(({ id }) => id)).toEqual(['o2'])
  expect(waitsFor(row, 's1')).toEqual([])
})

it('the last answer is told', () => {
  const at = (hour: number): string => `2026-11-11T0${hour}:00:00Z`
  const offers = [offer({ id: 'a', state: 'agreed', decided_at: at(5) }), offer({ id: 'b', state: 'refused', decided_at: at(6) }), offer({ id: 'c', state: 'withdrawn', decided_at: at(7) })]
  expect(lastAnswered(offers)?.id).toBe('b')
  expect(lastAnswered([offer()])).toBeNull()
})

it('what waits stands first, then the newest', () => {
  const offers = [offer({ id: 'a', state: 'asked' }), offer({ id: 'b', at: '2026-11-11T05:00:00Z' }), offer({ id: 'c', at: '2026-11-11T06:00:00Z' })]
  expect(inSight(offers).map(({ id }) => id)).toEqual(['a', 'c', 'b'])
})

it('costs what was offered and holds, not what is asked, refused or taken back', () => {
  expect(costOf([])).toBe(0)
  expect(costOf((['made', 'agreed', 'asked', 'refused', 'withdrawn'] as const).map((state) => offer({ state, amount_fen: 1250 })))).toBe(2500)
})
