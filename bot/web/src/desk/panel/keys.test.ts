import { expect, it } from 'vitest'
import { keyCaps } from './keys'

it('shows a row of digits as one cap', () => {
  expect(keyCaps(['Alt+1', 'Alt+2', 'Alt+3'], false)).toEqual(['Alt+1–3'])
})

it('shows keys as they are printed', () => {
  expect(keyCaps(['Alt+ArrowRight', 'Alt+ArrowLeft'], false)).toEqual(['Alt+→', 'Alt+←'])
  expect(keyCaps(['Escape', '?'], false)).toEqual(['Esc', '?'])
  expect(keyCaps(['Alt+ArrowRight', 'Shift+Enter'], true)).toEqual(['⌥→', '⇧Enter'])
})
