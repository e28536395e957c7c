// Times and names as the reader's language writes them.
import { clock } from '../clock'
import { called, locale, t } from '../i18n'
import { span } from '../logic/spans'
import type { Row } from '../types'

export function spanOf(ms: number): string {
  return span(ms, { h: t('app.h'), d: t('app.d'), min: t('app.min') })
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()}${JSON.stringify(options)}`
  const found = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  formats.set(key, found)
  return found
}

/** 14:05 */
export const hourOf = (at: string): string => format({ hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(at))

/** The reader's own calendar day, to compare. */
export const dayKey = (at: string): string => format({ year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))

/** 今天, 昨天, 11月11日 星期三 */
export function dayOf(at: string): string {
  const now = clock.now.value
  if (dayKey(at) === dayKey(new Date(now).toISOString())) return t('app.today')
  if (dayKey(at) === dayKey(new Date(now - 86_400_000).toISOString())) return t('app.yesterday')
  return format({ month: 'short', day: 'numeric', weekday: 'short' }).format(new Date(at))
}

/** 今天 14:05, 11月11日 周三 14:05 */
export const momentOf = (at: string): string => `${dayOf(at)} ${hourOf(at)}`

export const labelOf = (row: Pick<Row, 'label' | 'label_zh'>): string => called({ name: row.label, zh: row.label_zh })
export const groupOf = (row: Pick<Row, 'group' | 'group_zh'>): string => called({ name: row.group, zh: row.group_zh })

/** A conversation's short name for people: the last letters of its id. */
export const shortId = (id: string): string => (id.length > 10 ? `…${id.slice(-6)}` : id)
