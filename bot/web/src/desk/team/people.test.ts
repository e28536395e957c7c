import { describe, expect, it } from 'vitest'
import type { Agent } from '../types'
import { counts, inOrder, sift } from './people'

const agent = (id: string, more: Partial<Agent> = {}): Agent => ({
  id, name: id, role: 'agent', groups: ['reception'], status: 'online', since: null, capacity: 10, load: 0, oldest_asked_at: null, silent: false, ...more,
})
const ALL = { text: '', group: '', status: '' } as const
const ids = (agents: Agent[]) => agents.map(({ id }) => id).join('')

const TEAM = [
  agent('a', { load: 2, oldest_asked_at: '2026-11-30T12:05:00+08:00' }),
  agent('b', { load: 9, status: 'busy' }),
  agent('c', { load: 1, oldest_asked_at: '2026-11-30T04:01:00Z', groups: ['exceptions'] }),
  agent('d', { status: 'offline' }),
  agent('e', { status: 'break', silent: true, load: 1, name: 'Eve' }),
]

describe('order', () => {
  it('by wait: the silent first, then whose customer waits longest, whatever the zone of the time', () => {
    expect(ids(inOrder(TEAM, 'wait'))).toBe('ecabd')
  })

  it('by load, by status, by name', () => {
    expect(ids(inOrder(TEAM, 'load'))).toBe('baced')
    expect(ids(inOrder(TEAM, 'status'))).toBe('acbed')
    expect(ids(inOrder([...TEAM].reverse(), 'name'))).toBe('abcde')
  })

  it('keeps equals where they are, so that rows do not jump', () => {
    const even = [agent('z'), agent('y'), agent('x')]
    expect(ids(inOrder(even, 'load'))).toBe('xyz')
  })
})

describe('sieve', () => {
  it('by name, group and status', () => {
    expect(ids(sift(TEAM, ALL))).toBe('abcde')
    expect(ids(sift(TEAM, { ...ALL, text: ' ev' }))).toBe('e')
    expect(ids(sift(TEAM, { ...ALL, group: 'exceptions' }))).toBe('c')
    expect(ids(sift(TEAM, { ...ALL, status: 'there' }))).toBe('abce')
    expect(ids(sift(TEAM, { ...ALL, status: 'silent' }))).toBe('e')
    expect(ids(sift(TEAM, { ...ALL, status: 'busy' }))).toBe('b')
  })
})

it('counts who is there and how much room they have', () => {
  expect(counts(TEAM)).toEqual({ online: 2, away: 2, silent: 1, load: 13, capacity: 20 })
})
