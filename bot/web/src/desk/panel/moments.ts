// Deadlines as the panel offers them and its input writes them. Pure: the present is an argument.

export interface DueChoice {
  key: 'in_30m' | 'in_2h' | 'today' | 'tomorrow' | 'in_3d'
  at: Date
}

/** When the shop's promises usually fall due; the day's end only while it is ahead. */
export function dueChoices(now: number): DueChoice[] {
  const closing = (days: number): Date => {
    const day = new Date(now)
    day.setDate(day.getDate() + days)
    day.setHours(18, 0, 0, 0)
    return day
  }
  const choices: DueChoice[] = [
    { key: 'in_30m', at: new Date(now + 30 * 60_000) },
    { key: 'in_2h', at: new Date(now + 2 * 3_600_000) },
    { key: 'today', at: closing(0) },
    { key: 'tomorrow', at: closing(1) },
    { key: 'in_3d', at: new Date(now + 3 * 86_400_000) },
  ]
  return choices.filter(({ at }) => at.getTime() > now)
}

/** The value of an `<input type="datetime-local">` for a moment, in the computer's own zone. */
export function forInput(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** ISO with the computer's offset ("+08:00"), as the gateway wants its times; null for nothing or nonsense. */
export function isoOf(input: string): string | null {
  const at = new Date(input)
  if (!input || Number.isNaN(at.getTime())) return null
  const offset = -at.getTimezoneOffset()
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  return `${forInput(at)}:00${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`
}
