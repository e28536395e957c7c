import { expect, it } from 'vitest'
import { findLabels, share } from './labels'

const LABELS = [
  { name: 'faq.return_process', zh: '退货流程' },
  { name: 'faq.refund_timing', zh: '退款到账时间' },
  { name: 'dispute.product_quality', zh: '商品质量争议' },
  { name: 'dispute.return_freight', zh: '退货运费争议', en: 'Return freight dispute' },
]
const names = (typed: string) => findLabels(LABELS, typed, (label) => label.en ?? label.name).map(({ name }) => name)

it('finds by Chinese, English and the label itself, in any order', () => {
  expect(names('质量')).toEqual(['dispute.product_quality'])
  expect(names('freight return')).toEqual(['dispute.return_freight'])
  expect(names('PRODUCT_quality')).toEqual(['dispute.product_quality'])
  expect(names('refund')).toEqual(['faq.refund_timing'])
})

it('puts what begins so first, and everything when nothing is typed', () => {
  expect(names('退货')).toEqual(['faq.return_process', 'dispute.return_freight'])
  expect(names('争议')).toEqual(['dispute.product_quality', 'dispute.return_freight'])
  expect(names('')).toHaveLength(4)
  expect(names('没有的')).toEqual([])
})

it('never calls a guess certain or impossible', () => {
  expect([share(0.4149), share(0.9999), share(0.001)]).toEqual(['41%', '99%', '1%'])
})
