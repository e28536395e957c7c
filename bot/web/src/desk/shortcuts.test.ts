import { expect, it } from 'vitest'
import { deedOf, SHORTCUTS } from './shortcuts'

const press = (key: string, more: object = {}) => ({ key, altKey: false, ctrlKey: false, metaKey: false, isComposing: false, ...more })

it('single letters count only where nobody writes', () => {
  expect(deedOf(press('j'), false)?.deed).toBe('next')
  expect(deedOf(press('j'), true)).toBeNull()
  expect(deedOf(press('/'), true)).toBeNull()
})

it('Escape and Alt with a digit count everywhere', () => {
  expect(deedOf(press('Escape'), true)?.deed).toBe('escape')
  expect(deedOf(press('3', { altKey: true }), true)?.deed).toBe('nth')
})

it('leaves the browser\'s own keys and an input method alone', () => {
  expect(deedOf(press('t', { ctrlKey: true }), false)).toBeNull()
  expect(deedOf(press('n', { isComposing: true }), false)).toBeNull()
})

it('no key means two things', () => {
  const keys = SHORTCUTS.filter(({ local }) => !local).flatMap(({ keys }) => keys)
  expect(new Set(keys).size).toBe(keys.length)
})
