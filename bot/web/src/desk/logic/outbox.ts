// An agent's own lines on their way: what is still to be shown beside the log. Pure.
import type { LogEvent } from '../types'

export interface Outgoing {
  client_id: string
  conversation: string
  kind: 'say' | 'whisper'
  text: string
  images: string[]
  /** When it was written, the gateway's time. */
  at: number
  state: 'waiting' | 'sending' | 'sent' | 'failed'
  /** Its number once the gateway stored it. */
  no: number | null
  /** The log's last number when it was written: its own event is a later one. */
  after: number
  error: string
  /** Sending the same again may help: the line was down, or the gateway. */
  again: boolean
}

/** Lines that the log does not show yet. An event counts by number or client_id, or, while the answer is out, as the same words of the same person. */
export function pendingLines(outgoing: readonly Outgoing[], events: readonly LogEvent[], me: string): Outgoing[] {
  const used = new Set<number>()
  return outgoing.filter((line) => {
    const event = events.find((each) => !used.has(each.no) && isSame(line, each, me))
    if (event) used.add(event.no)
    return !event
  })
}

function isSame(line: Outgoing, event: LogEvent, me: string): boolean {
  if (event.no <= line.after || event.type !== line.kind) return false
  if (line.no !== null) return event.no === line.no
  if (event.client_id) return event.client_id === line.client_id
  return line.state !== 'failed' && isBy(event, me) && (event.text ?? '') === line.text
}

/** Whether an event is that person's: logs write `agent:<id>` or the id alone. */
export function isBy(event: Pick<LogEvent, 'by'>, id: string): boolean {
  return event.by === id || event.by === `agent:${id}`
}

/** The next line to send of each conversation: one at a time, so that they stand in the order written. */
export function nextToSend(outgoing: readonly Outgoing[]): Outgoing[] {
  const heads = new Map<string, Outgoing>()
  for (const line of outgoing) if (line.state !== 'sent' && !heads.has(line.conversation)) heads.set(line.conversation, line)
  return [...heads.values()].filter((line) => line.state === 'waiting')
}
