import { describe, expect, it } from 'vitest'
import { asked, EMPTY, from, has, lastMessage, merge, prepend, promises, seen } from './log'
import { agentOwns, closed, mine, promise, said, turn } from './samples'

describe('merge', () => {
  it('gives the same log in whatever order and how often the events come', () => {
    const events = [mine(1), said(2), turn(4, ['order_no']), mine(5), said(9)]
    const inOrder = merge(EMPTY, events)
    for (const order of [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [0, 0, 1, 4, 4, 3, 2, 1]]) {
      const other = order.reduce((log, at) => merge(log, [events[at]!]), EMPTY)
      expect(other).toEqual(inOrder)
    }
    expect(inOrder.events.map(({ no }) => no)).toEqual([1, 2, 4, 5, 9])
    expect(inOrder.last).toBe(9)
  })

  it('keeps the very same log when nothing is new, so that nothing is drawn again', () => {
    const log = merge(EMPTY, [mine(1), said(2)])
    expect(merge(log, [said(2), mine(1)])).toBe(log)
  })

  it('does not forget that the server counted further than what it shows', () => {
    const log = merge(seen(merge(EMPTY, [mine(3)]), 8), [said(5)])
    expect(log.last).toBe(8)
    expect(seen(log, 2)).toBe(log)
  })
})

describe('the archive', () => {
  it('comes in front, and says whether there is more', () => {
    const log = prepend(merge(EMPTY, [said(50)]), [mine(1), said(2)], true)
    expect(log.events.map(({ no }) => no)).toEqual([1, 2, 50])
    expect(log.more).toBe(true)
    expect(log.last).toBe(50)
  })

  it('a hole that could not be filled leaves only what comes after it', () => {
    const log = from(merge(EMPTY, [mine(1), said(2), mine(60), said(61)]), 60)
    expect(log.events.map(({ no }) => no)).toEqual([60, 61])
    expect(log.more).toBe(true)
  })
})

describe('asked', () => {
  it('is what the last turn waits for', () => {
    expect(asked(merge(EMPTY, [mine(1), said(2), turn(3, ['order_no'])]))).toEqual(['order_no'])
    expect(asked(merge(EMPTY, [turn(3, ['order_no']), mine(4), said(5), turn(6, ['photos'])]))).toEqual(['photos'])
  })

  it('is nothing once the customer answered, or it is over', () => {
    expect(asked(merge(EMPTY, [turn(3, ['order_no']), mine(4)]))).toEqual([])
    expect(asked(merge(EMPTY, [turn(3, ['photos']), closed(4)]))).toEqual([])
    expect(asked(EMPTY)).toEqual([])
  })

  it('still stands while a person takes over: the order is wanted all the same', () => {
    expect(asked(merge(EMPTY, [turn(3, ['order_no']), agentOwns(4)]))).toEqual(['order_no'])
  })
})

it('knows its own messages by their client_id', () => {
  const log = merge(EMPTY, [mine(1, { client_id: 'a' }), said(2)])
  expect(has(log, 'a')).toBe(true)
  expect(has(log, 'b')).toBe(false)
  expect(lastMessage(log)?.no).toBe(1)
})

it('shows each promise once, as it stands now', () => {
  const log = merge(EMPTY, [promise(1, 'p1', false), promise(2, 'p2', false), promise(7, 'p1', true)])
  expect(promises(log).map(({ id, done }) => [id, done])).toEqual([['p1', true], ['p2', false]])
})
