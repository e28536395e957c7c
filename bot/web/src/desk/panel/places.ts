// Where a ticket can be handed to, and what somebody should know before choosing. Pure.
import type { Agent, Named, Queue, Row } from '../types'

export interface GroupPlace extends Named {
  /** Null for a group whose queue this page does not hear of. */
  waiting: number | null
  onDuty: number
}

/** The other groups, staffed ones first, then the shorter queues. */
export function groupPlaces(groups: readonly Named[], queues: readonly Queue[], agents: readonly Agent[], row: Row): GroupPlace[] {
  const heard = new Map(queues.map((queue) => [queue.group, queue]))
  const there = agents.filter(isThere)
  // Back to its own group's queue is "give back", not a transfer.
  return groups
    .filter(({ name }) => name !== row.group)
    .map((group) => {
      const queue = heard.get(group.name)
      return { ...group, waiting: queue?.waiting ?? null, onDuty: queue?.on_duty ?? there.filter(({ groups: of }) => of.includes(group.name)).length }
    })
    .sort((a, b) => Number(b.onDuty > 0) - Number(a.onDuty > 0) || (a.waiting ?? 0) - (b.waiting ?? 0))
}

const isThere = ({ status }: Agent): boolean => status === 'online' || status === 'busy'

/** The colleagues whom the gateway lets take a ticket: online before busy, with room before full. */
export function agentPlaces(agents: readonly Agent[], row: Row, me: string): Agent[] {
  return agents
    .filter((agent) => isThere(agent) && agent.id !== row.agent && agent.id !== me && (agent.role === 'agent' || agent.role === 'supervisor'))
    .sort((a, b) => Number(a.status === 'busy') - Number(b.status === 'busy') || Number(isFull(a)) - Number(isFull(b)) || loadShare(a) - loadShare(b))
}

export function isFull({ load, capacity }: Pick<Agent, 'load' | 'capacity'>): boolean {
  return load >= capacity
}

/** 0…1, and more than 1 when somebody took over more than fits. */
export function loadShare({ load, capacity }: Pick<Agent, 'load' | 'capacity'>): number {
  return capacity > 0 ? load / capacity : load > 0 ? 1 : 0
}
