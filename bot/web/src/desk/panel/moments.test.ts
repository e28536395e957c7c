import { expect, it } from 'vitest'
import { dueChoices, forInput, isoOf } from './moments'
import { yuan } from './money'

const at = (hour: number) => new Date(2026, 10, 30, hour, 5).getTime()

it('offers no deadline that is past', () => {
  expect(dueChoices(at(10)).map(({ key }) => key)).toEqual(['in_30m', 'in_2h', 'today', 'tomorrow', 'in_3d'])
  expect(dueChoices(at(20)).map(({ key }) => key)).toEqual(['in_30m', 'in_2h', 'tomorrow', 'in_3d'])
})

it('a moment goes through the input and comes back the same', () => {
  const moment = new Date(2026, 1, 3, 4, 5)
  const iso = isoOf(forInput(moment))
  expect(iso).toMatch(/^2026-02-03T04:05:00[+-]\d\d:\d\d$/)
  expect(new Date(iso ?? '').getTime()).toBe(moment.getTime())
  expect(isoOf('')).toBeNull()
  expect(isoOf('nonsense')).toBeNull()
})

it('writes fen as yuan', () => {
  expect([yuan(12900), yuan(5), yuan(123456789), yuan(-1000)]).toEqual(['¥129.00', '¥0.05', '¥1,234,567.89', '¥-10.00'])
})
