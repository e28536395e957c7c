import { expect, it } from 'vitest'
import type { Agent, Queue, Row } from '../types'
import { agentPlaces, groupPlaces, loadShare } from './places'

const row = { group: 'exceptions', agent: 's3' } as Row
const queue = (group: string, waiting: number, on_duty: number) => ({ group, name: group, waiting, on_duty }) as Queue
const agent = (id: string, more: Partial<Agent> = {}) => ({ id, role: 'agent', status: 'online', load: 1, capacity: 10, ...more }) as Agent

it('offers the other groups, staffed ones first, then the shorter queue', () => {
  const places = groupPlaces([queue('emergency', 0, 0), queue('reception', 9, 2), queue('exceptions', 1, 1), queue('supervisor', 2, 1)], row)
  expect(places.map(({ group }) => group)).toEqual(['supervisor', 'reception', 'emergency'])
})

it('offers colleagues who are there: free before full, online before busy; never the one who has it, never me, never trainers', () => {
  const people = [
    agent('s1', { status: 'offline' }), agent('s2', { load: 10 }), agent('s3'), agent('s4', { status: 'busy' }), agent('s5', { load: 4 }),
    agent('s6', { role: 'trainer' }), agent('s7', { role: 'supervisor', load: 0 }), agent('s8'),
  ]
  expect(agentPlaces(people, row, 's8').map(({ id }) => id)).toEqual(['s7', 's5', 's2', 's4'])
})

it('a person without capacity is full with any load', () => {
  expect(loadShare({ load: 0, capacity: 0 })).toBe(0)
  expect(loadShare({ load: 1, capacity: 0 })).toBe(1)
  expect(loadShare({ load: 12, capacity: 10 })).toBeCloseTo(1.2)
})
