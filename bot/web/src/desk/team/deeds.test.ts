import { expect, it } from 'vitest'
import type { Audited } from '../types'
import { details, joined } from './deeds'

it('shows what a deed was about, without what is empty', () => {
  expect(details({ v: 1, ticket: 't12', reason: '', groups: ['a', 'b'], note: null, none: [], n: 0 })).toEqual([
    { key: 'ticket', values: ['t12'] }, { key: 'groups', values: ['a', 'b'] }, { key: 'n', values: ['0'] },
  ])
})

it('cuts what is long between letters, not inside one', () => {
  const value = details({ reason: '😀'.repeat(100) })[0]?.values[0] ?? ''
  expect([...value]).toHaveLength(80)
  expect(value.endsWith('😀…')).toBe(true)
})

it('joins pages newest first, each deed once', () => {
  const deed = (no: number) => ({ no }) as Audited
  expect(joined([deed(9), deed(8)], [deed(8), deed(7)]).map(({ no }) => no)).toEqual([9, 8, 7])
})
