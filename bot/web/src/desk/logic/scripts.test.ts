import { expect, it } from 'vitest'
import type { Script } from '../types'
import { findScripts } from './scripts'

const script = (id: string, title: string, pinyin: string, initials: string, more: Partial<Script> = {}): Script => ({ id, topic: '物流', title, text: '正文', pinyin, initials, labels: [], ...more })
const SCRIPTS = [
  script('a', '催发货', 'cui fa huo', 'cfh'),
  script('b', '快递停滞', 'kuai di ting zhi', 'kdtz', { labels: ['dispute.logistics_stalled'] }),
  script('c', '安抚', 'an fu', 'af', { topic: '开场', text: '非常抱歉让您久等了，催发货我来办' }),
]
const ids = (query: string, label: string | null = null) => findScripts(SCRIPTS, query, label).map(({ id }) => id)

it('finds by Chinese, pinyin, initials and topic', () => {
  expect(ids('停滞')).toEqual(['b'])
  expect(ids('kuaidi')).toEqual(['b'])
  expect(ids('cui fa')).toEqual(['a'])
  expect(ids('kdtz')).toEqual(['b'])
  expect(ids('开场')).toEqual(['c'])
})

it('takes a slash that was typed twice for one', () => {
  expect(ids('/kdtz')).toEqual(['b'])
})

it('puts a title before a text that has the words', () => {
  expect(ids('催发货')).toEqual(['a', 'c'])
})

it('shows all without a query, those of the label first', () => {
  expect(ids('', 'dispute.logistics_stalled')).toEqual(['b', 'a', 'c'])
})

it('finds nothing for what is nowhere', () => {
  expect(ids('发票')).toEqual([])
})
