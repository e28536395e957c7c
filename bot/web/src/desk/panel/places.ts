// Where a ticket can be handed to, and what somebody should know before choosing. Pure.
import type { Agent, Queue, Row } from '../types'

export interface GroupPlace {
  group: string
  name: string
  waiting: number
  onDuty: number
}

/** The other groups, staffed ones first, then the shorter queues. */
export function groupPlaces(queues: readonly Queue[], row: Row): GroupPlace[] {
  // A ticket in somebody's hands may go back to its own group's queue: that is "give back", not a transfer.
  return queues
    .filter(({ group }) => group !== row.group)
    .map(({ group, name, waiting, on_duty }) => ({ group, name, waiting, onDuty: on_duty }))
    .sort((a, b) => Number(b.onDuty > 0) - Number(a.onDuty > 0) || a.waiting - b.waiting)
}

const REACHABLE = { online: 0, busy: 1, break: 2, offline: 3 } as const

/** The colleagues who can take a ticket: there and with room first; who is signed out is not offered. */
export function agentPlaces(agents: readonly Agent[], row: Row, me: string): Agent[] {
  return agents
    .filter(({ id, role, status }) => id !== row.agent && id !== me && status !== 'offline' && (role === 'agent' || role === 'supervisor'))
    .sort((a, b) => REACHABLE[a.status] - REACHABLE[b.status] || Number(isFull(a)) - Number(isFull(b)) || loadShare(a) - loadShare(b))
}

export function isFull({ load, capacity }: Pick<Agent, 'load' | 'capacity'>): boolean {
  return load >= capacity
}

/** 0…1, and more than 1 when somebody took over more than fits. */
export function loadShare({ load, capacity }: Pick<Agent, 'load' | 'capacity'>): number {
  return capacity > 0 ? load / capacity : load > 0 ? 1 : 0
}
