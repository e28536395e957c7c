import { expect, it } from 'vitest'
import { blankFrom, blanksIn, pieces } from './blanks'

const TEXT = '您的订单 ____（订单号） 会在 ____ 前发出'

it('finds blanks with the note that says what belongs there', () => {
  expect(blanksIn(TEXT).map(({ start, end }) => TEXT.slice(start, end))).toEqual(['____（订单号）', '____'])
})

it.each(['{快递}', '＿＿＿', '【 】', '【待填】', '【请填金额】'])('%s is a blank', (blank) => {
  expect(blanksIn(`给您${blank}元`)).toHaveLength(1)
})

it.each(['a__b', '【温馨提示】', '（备注）', '满 {200\n} 元'])('%s is none', (text) => {
  expect(blanksIn(text)).toHaveLength(0)
})

it('goes from blank to blank, round and back', () => {
  const [first, second] = blanksIn(TEXT)
  expect(blankFrom(TEXT, { start: 0, end: 0 })).toEqual(first)
  expect(blankFrom(TEXT, first!)).toEqual(second)
  expect(blankFrom(TEXT, second!)).toEqual(first)
  expect(blankFrom(TEXT, second!, true)).toEqual(first)
  expect(blankFrom('没有空', { start: 0, end: 0 })).toBeNull()
})

it('cuts a text into what can be put together again', () => {
  expect(pieces(TEXT).map((piece) => piece.text).join('')).toBe(TEXT)
  expect(pieces(TEXT).filter((piece) => piece.blank)).toHaveLength(2)
})
