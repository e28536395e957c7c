// The team as a supervisor sorts and sifts it. Pure.
import type { Agent } from '../types'

export type Order = 'wait' | 'load' | 'status' | 'name'
export const ORDERS: readonly Order[] = ['wait', 'load', 'status', 'name']

export interface Sieve {
  /** Part of a name. */
  text: string
  group: string
  /** `there` is everybody who is not signed out; empty is all. */
  status: '' | 'there' | 'silent' | Agent['status']
}

export function sift(agents: readonly Agent[], { text, group, status }: Sieve): Agent[] {
  const part = text.trim().toLowerCase()
  return agents.filter((agent) => {
    if (part && !agent.name.toLowerCase().includes(part)) return false
    if (group && !agent.groups.includes(group)) return false
    if (status === 'there') return agent.status !== 'offline'
    if (status === 'silent') return agent.silent
    return !status || agent.status === status
  })
}

const RANK: Record<Agent['status'], number> = { online: 0, busy: 1, break: 2, offline: 3 }
const share = ({ load, capacity }: Agent): number => load / Math.max(1, capacity)
const asked = ({ oldest_asked_at }: Agent): number => (oldest_asked_at ? Date.parse(oldest_asked_at) : Infinity)

const BY: Record<Order, (a: Agent, b: Agent) => number> = {
  wait: (a, b) => Number(b.silent) - Number(a.silent) || compare(asked(a), asked(b)) || RANK[a.status] - RANK[b.status],
  load: (a, b) => share(b) - share(a),
  status: (a, b) => RANK[a.status] - RANK[b.status] || share(b) - share(a),
  name: () => 0,
}

/** Sorted; equals by name, so that nobody jumps about when the numbers move. */
export function inOrder(agents: readonly Agent[], order: Order): Agent[] {
  return [...agents].sort((a, b) => BY[order](a, b) || a.name.localeCompare(b.name, 'zh-CN') || compare(a.id, b.id))
}

function compare<T extends number | string>(a: T, b: T): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** How many of whom: the line above the table. */
export function counts(agents: readonly Agent[]): { online: number; away: number; silent: number; load: number; capacity: number } {
  const there = agents.filter(({ status }) => status !== 'offline')
  const online = there.filter(({ status }) => status === 'online')
  return {
    online: online.length,
    away: there.length - online.length,
    silent: agents.filter(({ silent }) => silent).length,
    load: agents.reduce((sum, { load }) => sum + load, 0),
    capacity: online.reduce((sum, { capacity }) => sum + capacity, 0),
  }
}
