import { expect, it } from 'vitest'
import type { Agent, Queue, Row } from '../types'
import { agentPlaces, groupPlaces, loadShare } from './places'

const row = { group: 'exceptions', agent: 's3' } as Row
const queue = (group: string, waiting: number, on_duty: number) => ({ group, name: group, waiting, on_duty }) as Queue
const agent = (id: string, more: Partial<Agent> = {}) => ({ id, role: 'agent', status: 'online', load: 1, capacity: 10, ...more }) as Agent

it('offers the other groups, staffed ones first, then the shorter queue', () => {
  const groups = ['emergency', 'reception', 'exceptions', 'supervisor', 'order_review'].map((name) => ({ name, zh: name }))
  const places = groupPlaces(groups, [queue('emergency', 0, 0), queue('reception', 9, 2), queue('exceptions', 1, 1), queue('supervisor', 2, 1)], [agent('s1', { groups: ['order_review'] }), agent('s2', { groups: ['order_review'], status: 'break' })], row)
  expect(places.map(({ name }) => name)).toEqual(['order_review', 'supervisor', 'reception', 'emergency'])
  expect(places.map(({ waiting, onDuty }) => [waiting, onDuty])).toEqual([[null, 1], [2, 1], [9, 2], [0, 0]])
})

it('offers colleagues who are there: free before full, online before busy; never the one who has it, never me, never trainers', () => {
  const people = [
    agent('s1', { status: 'offline' }), agent('s9', { status: 'break' }), agent('s2', { load: 10 }), agent('s3'), agent('s4', { status: 'busy' }), agent('s5', { load: 4 }),
    agent('s6', { role: 'trainer' }), agent('s7', { role: 'supervisor', load: 0 }), agent('s8'),
  ]
  expect(agentPlaces(people, row, 's8').map(({ id }) => id)).toEqual(['s7', 's5', 's2', 's4'])
})

it('a person without capacity is full with any load', () => {
  expect(loadShare({ load: 0, capacity: 0 })).toBe(0)
  expect(loadShare({ load: 1, capacity: 0 })).toBe(1)
  expect(loadShare({ load: 12, capacity: 10 })).toBeCloseTo(1.2)
})
