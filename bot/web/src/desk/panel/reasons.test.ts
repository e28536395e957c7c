import { expect, it } from 'vitest'
import type { Named } from '../types'
import { readReason, reasonOf } from './reasons'

const LEAVING = { name: 'leaving', zh: '要离开一会儿', en: 'Stepping away' }
const english = ({ en, name }: Named) => en ?? name

it('keeps the choice by its name, the words, or both', () => {
  expect(reasonOf(LEAVING, '')).toBe('leaving')
  expect(reasonOf(undefined, '  楼上漏水 ')).toBe('楼上漏水')
  expect(reasonOf(LEAVING, '十分钟')).toBe('leaving: 十分钟')
  expect(reasonOf(undefined, '   ')).toBe('')
})

it('reads in the reader\'s language what it kept', () => {
  const read = (reason: string) => readReason(reason, [[], [LEAVING]], english)
  expect(read('leaving')).toBe('Stepping away')
  expect(read('leaving: 十: 分钟')).toBe('Stepping away: 十: 分钟')
  expect(read('楼上漏水')).toBe('楼上漏水')
  expect(read('')).toBe('')
})
