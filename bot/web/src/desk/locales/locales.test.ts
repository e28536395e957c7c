import { expect, it } from 'vitest'

type Words = { [key: string]: string | Words }
const files = import.meta.glob<Words>('./*/*.ts', { eager: true, import: 'default' })

function keys(words: Words, before = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => (typeof value === 'string' ? [`${before}${key} ${places(value)}`] : keys(value, `${before}${key}.`)))
}

/** The {places} that a sentence fills. */
function places(text: string): string {
  return [...new Set(text.match(/\{[\w ]+\}/g) ?? [])].sort().join('')
}

const areas = [...new Set(Object.keys(files).map((path) => path.split('/').pop()))]

it.each(areas)('%s says the same things in both languages', (area) => {
  const zh = files[`./zh-CN/${area}`]
  const en = files[`./en/${area}`]
  expect(keys(en ?? {}).sort()).toEqual(keys(zh ?? {}).sort())
})

it('finds the areas', () => {
  expect(areas.length).toBeGreaterThan(0)
})
