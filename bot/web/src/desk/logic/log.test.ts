import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../types'
import { complete, EMPTY, hasGap, type Log, merge, prepend } from './log'

const event = (no: number): LogEvent => ({ no, at: '2026-11-11T00:00:00+00:00', type: 'message', text: `line ${no}` })
const events = (...nos: number[]) => nos.map(event)
const numbers = (log: Log) => log.events.map(({ no }) => no)

describe('merge', () => {
  it('keeps events once and in order, whatever the order they come in', () => {
    const all = events(1, 2, 3, 4, 5, 6, 7, 8)
    for (let round = 0; round < 200; round += 1) {
      let log = EMPTY
      const shuffled = [...all, ...all].sort(() => Math.random() - 0.5)
      while (shuffled.length) log = merge(log, shuffled.splice(0, 1 + Math.floor(Math.random() * 3)))
      expect(numbers(log)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    }
  })

  it('returns the same log when nothing is new, so that nothing is drawn again', () => {
    const log = merge(EMPTY, events(1, 2))
    expect(merge(log, events(2, 1))).toBe(log)
  })

  it('knows that what follows directly is complete', () => {
    expect(merge(EMPTY, events(1, 2, 3)).synced).toBe(3)
  })

  it('does not call a log complete over a gap', () => {
    const log = merge(merge(EMPTY, events(1, 2)), events(5))
    expect(log.synced).toBe(2)
    expect(hasGap(log)).toBe(true)
  })

  it('is complete again when the gap is filled and the gateway says so', () => {
    const log = complete(merge(merge(EMPTY, events(1, 2, 5)), events(3, 4)), 5)
    expect(log.synced).toBe(5)
    expect(hasGap(log)).toBe(false)
    expect(numbers(log)).toEqual([1, 2, 3, 4, 5])
  })
})

it('complete never goes back', () => {
  expect(complete(merge(EMPTY, events(1, 2, 3)), 2).synced).toBe(3)
})

it('an older page stands before, and where to ask on stays', () => {
  const log = merge({ events: [], synced: 10, older: true }, events(11, 12))
  const longer = prepend(log, events(8, 9, 10), false)
  expect(numbers(longer)).toEqual([8, 9, 10, 11, 12])
  expect(longer.synced).toBe(12)
  expect(longer.older).toBe(false)
})
