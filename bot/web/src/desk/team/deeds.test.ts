import { expect, it } from 'vitest'
import type { Audited } from '../types'
import { details, joined } from './deeds'

it('shows what a deed was about, without what is empty', () => {
  expect(details({ ticket: 't12', reason: '', groups: ['a', 'b'], note: null, none: [], n: 0 })).toEqual([
    { key: 'ticket', value: 't12' }, { key: 'groups', value: 'a、b' }, { key: 'n', value: '0' },
  ])
})

it('cuts what is long between letters, not inside one', () => {
  const value = details({ reason: '😀'.repeat(100) })[0]?.value ?? ''
  expect([...value]).toHaveLength(80)
  expect(value.endsWith('😀…')).toBe(true)
})

it('joins pages newest first, each deed once', () => {
  const deed = (no: number) => ({ no }) as Audited
  expect(joined([deed(9), deed(8)], [deed(8), deed(7)]).map(({ no }) => no)).toEqual([9, 8, 7])
})
