// Blanks that a script leaves for the agent to fill. Pure; the gateway refuses the same ones (bot/services/desk_texts.py).

export interface Blank {
  start: number
  end: number
}

const BLANK = /[_＿]{3,}(?:（[^）\n]*）)?|\{[^{}\n]{0,40}\}|【\s*】|【[^】\n]{0,20}(?:填|待定|XX|xx|××)[^】\n]{0,20}】/g

/** Where the blanks stand; the note in brackets that says what belongs there is part of its blank. */
export function blanksIn(text: string): Blank[] {
  return [...text.matchAll(BLANK)].map((found) => ({ start: found.index, end: found.index + found[0].length }))
}

/** The blank to go to from a place: the next behind it, else the first; the one before with `back`. */
export function blankFrom(text: string, place: Blank, back = false): Blank | null {
  const blanks = blanksIn(text)
  if (back) return blanks.filter((blank) => blank.end <= place.start).at(-1) ?? blanks.at(-1) ?? null
  const standsOn = (blank: Blank) => blank.start === place.start && blank.end === place.end
  return blanks.find((blank) => blank.start >= place.start && !standsOn(blank)) ?? blanks[0] ?? null
}

/** The text cut at its blanks, to show them. */
export function pieces(text: string): { text: string; blank: boolean }[] {
  const cut: { text: string; blank: boolean }[] = []
  let at = 0
  for (const { start, end } of blanksIn(text)) {
    if (start > at) cut.push({ text: text.slice(at, start), blank: false })
    cut.push({ text: text.slice(start, end), blank: true })
    at = end
  }
  if (at < text.length) cut.push({ text: text.slice(at), blank: false })
  return cut
}
