// Finding a script by what an agent types after `/`. Pure.
import type { Script } from '../types'

/** Scripts that fit, best first: title before pinyin before text; those of the ticket's label first among equals. */
export function findScripts(scripts: readonly Script[], query: string, label: string | null): Script[] {
  const wanted = query.trim().toLowerCase().replace(/^\/|\s+/g, '')
  return scripts
    .map((script, place) => ({ script, place, rank: rankOf(script, wanted), fits: label !== null && script.labels.includes(label) }))
    .filter(({ rank }) => rank < MISS)
    .sort((a, b) => a.rank - b.rank || Number(b.fits) - Number(a.fits) || a.place - b.place)
    .map(({ script }) => script)
}

const MISS = 9

function rankOf(script: Script, wanted: string): number {
  if (!wanted) return 0
  const plain = (text: string) => text.toLowerCase().replace(/\s+/g, '')
  const tests = [
    plain(script.title).startsWith(wanted),
    plain(script.initials).startsWith(wanted),
    plain(script.pinyin).startsWith(wanted),
    plain(script.title).includes(wanted),
    plain(script.topic).includes(wanted),
    plain(script.pinyin).includes(wanted) || plain(script.initials).includes(wanted),
    plain(script.text).includes(wanted),
  ]
  const first = tests.indexOf(true)
  return first < 0 ? MISS : first
}
