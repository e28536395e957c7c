// Times and amounts as people read them.

import type { Language } from '../i18n'

const DAY_MS = 86_400_000

const options: Record<string, Intl.DateTimeFormatOptions> = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  week: { weekday: 'long' },
  date: { month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  full: { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
}
const formats = new Map<string, Intl.DateTimeFormat>()

function format(at: Date, lang: Language, how: keyof typeof options): string {
  const key = `${lang} ${how}`
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(lang, options[how]))
  return formats.get(key)!.format(at)
}

const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()

/** `14:02`, `昨天 14:02`, `明天 09:00`, `星期三 14:02`, `9月25日 14:02`; with `day`, today is named, too. */
export function moment(iso: string, now: Date, lang: Language, day = false): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS)
  const words = lang === 'en' ? ['Yesterday', 'Today', 'Tomorrow'] : ['昨天', '今天', '明天']
  const clock = format(at, lang, 'clock')
  if (days === 0 && !day) return clock
  if (Math.abs(days) <= 1) return `${words[days + 1]} ${clock}`
  return days < 0 && days > -6 ? `${format(at, lang, 'week')} ${clock}` : format(at, lang, 'date')
}

/** To the second, for those who need it exactly. */
export function exact(iso: string, lang: Language): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? '' : format(at, lang, 'full')
}

/** `¥129.00` */
export const money = (fen: number): string => `¥${(fen / 100).toFixed(2)}`

/** As the desk counts them: an emoji is one. */
export const lengthOf = (text: string): number => [...text].length
