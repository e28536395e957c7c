import { expect, it } from 'vitest'
import type { Duty } from '../types'
import { standing, tickable } from './duties'

const NOON = Date.parse('2026-11-11T12:00:00Z')
const at = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString()
const duty = (id: string, more: Partial<Duty> = {}): Duty => ({ id, do: `办 ${id}`, do_en: `do ${id}`, by: 'agent', call: false, after: null, warn_at: at(20), due_at: at(30), done_at: null, done_by: null, breached: false, ...more })

it('warns of a duty from its own warning on, and is over at its due time', () => {
  const states = [19, 20, 29, 30].map((minute) => standing(duty('recall'), [], NOON + minute * 60_000))
  expect(states.map((state) => state.kind === 'due' && state.due)).toEqual(['ok', 'soon', 'soon', 'over'])
})

it('a duty whose clock has not begun names the one that it waits for', () => {
  const courier = duty('courier', { after: 'recall', due_at: null, warn_at: null })
  expect(standing(courier, [duty('recall'), courier], NOON)).toEqual({ kind: 'waits', after: '办 recall', after_en: 'do recall' })
})

it('tells what was done in time from what was done late', () => {
  expect(standing(duty('recall', { done_at: at(30) }), [], NOON)).toEqual({ kind: 'done', at: at(30), late: false })
  expect(standing(duty('recall', { done_at: at(31) }), [], NOON)).toEqual({ kind: 'done', at: at(31), late: true })
})

it('only what runs can be ticked, and never the first answer', () => {
  const all = [duty('recall'), duty('reply'), duty('courier', { due_at: null }), duty('stop', { done_at: at(1) })]
  expect(all.filter(tickable).map(({ id }) => id)).toEqual(['recall'])
})
