// What a log shows, line by line: days between, the bot's understanding under the message it belongs to. Pure.
import type { Decision, LogEvent } from '../types'

export type Line =
  | { key: string; kind: 'day'; at: string }
  | { key: string; kind: 'unread' }
  | { key: string; kind: 'event'; event: LogEvent; understood: Decision | null; follows: boolean }

const BUBBLES = new Set(['message', 'say', 'whisper'])
const TOGETHER_MS = 120_000

/** `seenNo`: the last number that the agent had seen when the conversation opened; 0 for none. */
export function linesOf(events: readonly LogEvent[], seenNo: number, dayOf: (at: string) => string): Line[] {
  const understood = new Map<number, Decision>()
  for (const event of events) if (event.type === 'decision' && event.decision && event.turn) understood.set(event.turn, event.decision)
  const lines: Line[] = []
  let day = ''
  let before: LogEvent | null = null
  let marked = seenNo === 0
  for (const event of events) {
    if (event.type === 'decision') continue
    if (dayOf(event.at) !== day) {
      day = dayOf(event.at)
      lines.push({ key: `day-${event.no}`, kind: 'day', at: event.at })
      before = null
    }
    if (!marked && event.type === 'message' && event.no > seenNo) {
      marked = true
      lines.push({ key: 'unread', kind: 'unread' })
      before = null
    }
    lines.push({ key: `e${event.no}`, kind: 'event', event, understood: understood.get(event.no) ?? null, follows: isSameVoice(before, event) })
    before = event
  }
  return lines
}

/** Two bubbles of one voice within two minutes stand together under one name. */
function isSameVoice(before: LogEvent | null, event: LogEvent): boolean {
  return before !== null && BUBBLES.has(event.type) && before.type === event.type && before.by === event.by && Date.parse(event.at) - Date.parse(before.at) < TOGETHER_MS
}

/** Pictures of a conversation in the order of the log, for the viewer. */
export function picturesOf(events: readonly LogEvent[]): string[] {
  return events.flatMap((event) => (event.images ?? []).map(pictureUrl))
}

/** Logs name pictures by file or by address. */
export function pictureUrl(name: string): string {
  return /^(\/|https?:|data:|blob:)/.test(name) ? name : `/uploads/${name}`
}
