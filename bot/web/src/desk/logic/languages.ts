// The languages of the desk. Pure.
export type Locale = 'zh-CN' | 'en'

/** What was chosen here, else what the browser speaks. */
export function localeFor(chosen: string | null, spoken: string): Locale {
  return /^zh/i.test(chosen ?? spoken) ? 'zh-CN' : 'en'
}
