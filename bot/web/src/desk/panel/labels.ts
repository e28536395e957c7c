// Finding a label by what somebody types: Chinese, English, the label's own name, in any order of words. Pure.
import type { Named } from '../types'

/** The labels that fit, those that begin with what was typed first; all of them for nothing typed. */
export function findLabels(labels: readonly Named[], typed: string, read: (label: Named) => string): Named[] {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  if (!words.length) return [...labels]
  const found: { label: Named; rank: number }[] = []
  for (const label of labels) {
    const hay = [label.zh, label.en ?? '', read(label), label.name.replace(/[._]/g, ' '), label.name].map(fold)
    if (!words.every((word) => hay.some((text) => text.includes(word)))) continue
    found.push({ label, rank: hay.some((text) => text.startsWith(words[0] ?? '')) ? 0 : 1 })
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ label }) => label)
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** "41%"; what is certain to a hair still is not certain. */
export function share(confidence: number): string {
  return `${Math.min(99, Math.max(1, Math.round(confidence * 100)))}%`
}
