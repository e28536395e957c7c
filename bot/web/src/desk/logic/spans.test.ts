import { expect, it } from 'vitest'
import { span } from './spans'

const ZH = { d: '天', h: '时', min: '分' }

it.each([
  [0, '0:00'], [-5000, '0:00'], [7_900, '0:07'], [100_000, '1:40'], [3_599_999, '59:59'], [3_600_000, '1时0分'], [7_500_000, '2时5分'], [90_000_000, '1天1时'],
])('%d ms is %s', (ms, text) => expect(span(ms, ZH)).toBe(text))
