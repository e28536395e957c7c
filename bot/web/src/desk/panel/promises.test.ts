import { expect, it } from 'vitest'
import { inOrder, promiseDue } from './promises'

const NOON = Date.parse('2026-11-30T12:00:00+08:00')
const promise = (id: string, due_at: string | null, done = false) => ({ id, text: id, due_at, done })

it('puts what is due first at the top and what was kept at the end', () => {
  const promises = [promise('kept', '2026-11-30T10:00:00+08:00', true), promise('whenever', null), promise('late', '2026-11-30T18:00:00+08:00'), promise('early', '2026-11-30T12:10:00+08:00'), promise('whenever2', null)]
  expect(inOrder(promises).map(({ id }) => id)).toEqual(['early', 'late', 'whenever', 'whenever2', 'kept'])
})

it('is overdue from its time on, unless kept', () => {
  expect(promiseDue(promise('a', '2026-11-30T12:00:00+08:00'), NOON)).toBe('over')
  expect(promiseDue(promise('a', '2026-11-30T12:15:00+08:00'), NOON)).toBe('soon')
  expect(promiseDue(promise('a', '2026-11-30T12:16:00+08:00'), NOON)).toBe('ok')
  expect(promiseDue(promise('a', '2026-11-30T11:00:00+08:00', true), NOON)).toBeNull()
  expect(promiseDue(promise('a', null), NOON)).toBeNull()
})
