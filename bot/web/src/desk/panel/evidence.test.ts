import { expect, it } from 'vitest'
import { attached, holds, pictureName } from './evidence'

const item = { refs: [7, 12], pictures: ['/uploads/a.jpg'] }

it('knows what belongs to an item, pictures by name or address', () => {
  expect(attached(item)).toBe(3)
  expect([holds(item, { no: 7 }), holds(item, { no: 8 }), holds(item, { name: 'a.jpg' }), holds(item, { name: 'b.jpg' })]).toEqual([true, false, true, false])
  expect([pictureName('/uploads/a.jpg'), pictureName('a.jpg')]).toEqual(['a.jpg', 'a.jpg'])
})
