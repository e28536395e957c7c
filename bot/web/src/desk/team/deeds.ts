// A line of the audit as somebody reads it: what it was about, without a list of names for programs. Pure.
import type { Audited } from '../types'

/** What the deed was about, key by key, in the order of the record; long values are cut. */
export function details(data: Audited['data']): { key: string; value: string }[] {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && !value.length))
    .map(([key, value]) => ({ key, value: cut(shown(value)) }))
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join('、')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function cut(text: string): string {
  const letters = [...text]
  return letters.length > 80 ? `${letters.slice(0, 79).join('')}…` : text
}

/** The deeds of two pages, newest first, each once: a new one may push an old one onto the next page. */
export function joined(before: readonly Audited[], more: readonly Audited[]): Audited[] {
  return [...new Map([...before, ...more].map((deed) => [deed.no, deed])).values()].sort((a, b) => b.no - a.no)
}
