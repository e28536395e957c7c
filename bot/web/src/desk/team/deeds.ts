// A line of the audit as somebody reads it: what it was about, without a list of names for programs. Pure.
import type { Audited } from '../types'

/** What the deed was about, key by key, in the order of the record, without what is for programs; long values are cut. */
export function details(data: Audited['data']): { key: string; values: string[] }[] {
  return Object.entries(data)
    .filter(([key]) => !FOR_PROGRAMS.has(key))
    .map(([key, value]) => ({ key, values: (Array.isArray(value) ? value : [value]).filter((one) => one !== null && one !== '').map((one) => cut(shown(one))) }))
    .filter(({ values }) => values.length > 0)
}

/** The form's version, and what an unmasking was of, which its name says. */
const FOR_PROGRAMS = new Set(['v', 'seen'])

function shown(value: unknown): string {
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
