// The words of the desk: one file per area and language below locales/, named alike.
import { createI18n, type I18nOptions } from 'vue-i18n'
import { type Locale, localeFor } from './logic/languages'

type Words = { [key: string]: string | Words }

const KEY = 'qt.desk.locale'
const files = import.meta.glob<Words>('./locales/*/*.ts', { eager: true, import: 'default' })

/** {locale: {area: words}} */
export const messages: Record<string, Record<string, Words>> = {}
for (const [path, words] of Object.entries(files)) {
  const [, locale, area] = /locales\/(.+)\/(.+)\.ts$/.exec(path) ?? []
  if (locale && area) (messages[locale] ??= {})[area] = words
}

const first = localeFor(localStorage.getItem(KEY), navigator.language)
const options: I18nOptions = { legacy: false, locale: first, fallbackLocale: 'zh-CN', messages: messages as I18nOptions['messages'], missingWarn: false, fallbackWarn: false }
export const i18n = createI18n(options)
document.documentElement.lang = first

// Typed loosely: the type of all words of all areas is more than the compiler can unfold.
interface Loose {
  t(key: string, values?: Record<string, unknown> | number): string
  te(key: string): boolean
  locale: { value: string }
}
const global = i18n.global as unknown as Loose

/** The words of a key; follows the language when called in a template or `computed`. */
export const t = global.t
export const te = global.te

export function locale(): Locale {
  return global.locale.value === 'en' ? 'en' : 'zh-CN'
}

export function setLocale(chosen: Locale): void {
  global.locale.value = chosen
  localStorage.setItem(KEY, chosen)
  document.documentElement.lang = chosen
}

/** What the shop wrote in both languages, in the reader's; what it has in Chinese only stays Chinese. */
export function inBoth(zh: string, en: string | undefined): string {
  return locale() === 'en' && en ? en : zh
}

/** What a label, group, outcome or reason is called: the data's words, and in English its `en` or the name made readable. */
export function called(thing: { name: string; zh: string; en?: string }): string {
  if (locale() === 'zh-CN') return thing.zh
  if (thing.en) return thing.en
  const words = (thing.name.split('.').pop() ?? thing.name).replace(/_/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
