// The page's own words in two languages. A message is a text with {names}; a missing one does not compile.

import { ref } from 'vue'
import { store } from './stores'
import { en } from './words/en'
import { zh } from './words/zh'

export type Language = 'zh-CN' | 'en'
export type Words = Record<keyof typeof zh, string>

const ALL: Record<Language, Words> = { 'zh-CN': zh, en }
const KEY = 'qiantai:lang'

export const lang = ref<Language>('zh-CN')

/** What the widget's fragment says, else what was chosen here, else what the browser speaks. */
export function startLanguage(wished: string | null): void {
  const word = wished ?? store.get(KEY) ?? navigator.language
  apply(/^zh/i.test(word) ? 'zh-CN' : 'en')
}

export function choose(language: Language): void {
  store.set(KEY, language)
  apply(language)
}

export function t(key: keyof Words, values: Record<string, string | number> = {}): string {
  return ALL[lang.value][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** Of a thing the shop named in both languages. */
export const either = (zh: string, en: string): string => (lang.value === 'en' ? en || zh : zh)

function apply(language: Language): void {
  lang.value = language
  document.documentElement.lang = language
}
