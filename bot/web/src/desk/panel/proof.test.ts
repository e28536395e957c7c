import { expect, it } from 'vitest'
import { proofStanding, shopInput, shopIso, shopMoment } from './proof'

const DUE = '2026-11-13T20:00:00+08:00'
const before = (hours: number) => Date.parse(DUE) - hours * 3_600_000

it('warns in the last day and in the last four hours', () => {
  expect([25, 24, 5, 4, 1, 0, -1].map((hours) => proofStanding(DUE, before(hours)))).toEqual(['ok', 'soon', 'soon', 'last', 'last', 'over', 'over'])
})

it('means Beijing time wherever the computer is', () => {
  expect(shopInput(Date.parse(DUE))).toBe('2026-11-13T20:00')
  expect(shopInput(Date.parse('2026-12-31T17:30:00Z'))).toBe('2027-01-01T01:30')
  expect([shopIso('2026-11-13T20:00'), shopIso(''), shopIso('2026-13-40T99:00')]).toEqual([DUE, null, null])
  expect([shopMoment(DUE, before(5)), shopMoment(DUE, Date.parse('2027-01-02T00:00:00Z'))]).toEqual(['11-13 20:00', '2026-11-13 20:00'])
})
