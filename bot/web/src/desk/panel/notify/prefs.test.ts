import { expect, it } from 'vitest'
import { DEFAULT_PREFS, isAudible, readPrefs } from './prefs'

it('what was kept survives damage', () => {
  expect(readPrefs(null)).toEqual(DEFAULT_PREFS)
  expect(readPrefs('{broken')).toEqual(DEFAULT_PREFS)
  expect(readPrefs('[1]')).toEqual(DEFAULT_PREFS)
  expect(readPrefs('{"volume":900,"muted":{"queue":"x","message":true},"desktop":"yes"}')).toEqual({ ...DEFAULT_PREFS, muted: { message: true } })
  expect(readPrefs('{"volume":0,"on":false,"desktop":true}')).toEqual({ on: false, volume: 0, muted: {}, desktop: true })
})

it('a kind is silent by its own switch, by the one for all, and at volume nought', () => {
  expect(isAudible(DEFAULT_PREFS, 'queue')).toBe(true)
  expect(isAudible({ ...DEFAULT_PREFS, muted: { queue: true } }, 'queue')).toBe(false)
  expect(isAudible({ ...DEFAULT_PREFS, muted: { queue: true } }, 'message')).toBe(true)
  expect(isAudible({ ...DEFAULT_PREFS, on: false }, 'overdue')).toBe(false)
  expect(isAudible({ ...DEFAULT_PREFS, volume: 0 }, 'overdue')).toBe(false)
})
