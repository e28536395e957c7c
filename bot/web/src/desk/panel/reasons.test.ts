import { expect, it } from 'vitest'
import { reasonOf } from './reasons'

const LEAVING = { name: 'leaving', zh: '要离开一会儿', en: 'Stepping away' }

it('keeps the choice, the words, or both', () => {
  expect(reasonOf(LEAVING, '')).toBe('要离开一会儿')
  expect(reasonOf(undefined, '  楼上漏水 ')).toBe('楼上漏水')
  expect(reasonOf(LEAVING, '十分钟')).toBe('要离开一会儿：十分钟')
  expect(reasonOf(undefined, '   ')).toBe('')
})
