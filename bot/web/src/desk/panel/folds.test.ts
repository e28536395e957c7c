import { expect, it } from 'vitest'
import { opensAt, turn } from './folds'

const full = { name: 'offers', empty: false }
const empty = { name: 'offers', empty: true }

it('opens what holds something and leaves what is empty closed', () => {
  expect([opensAt([], full), opensAt([], empty)]).toEqual([true, false])
})

it('remembers what a person turned over, full and empty apart', () => {
  let turned = turn([], full, false)
  expect([opensAt(turned, full), opensAt(turned, empty)]).toEqual([false, false])
  turned = turn(turned, empty, true)
  expect([opensAt(turned, full), opensAt(turned, empty)]).toEqual([false, true])
  expect(opensAt(turned, { name: 'proof', empty: false })).toBe(true)
  expect(turn(turn(turned, full, true), empty, false)).toEqual([])
})
