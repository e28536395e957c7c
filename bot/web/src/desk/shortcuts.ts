// The desk's keys: one table that the handler obeys and the sheet under `?` shows.

export interface Shortcut {
  /** Also the name of its words: `shortcuts.<deed>`. */
  deed: string
  /** As pressed: single keys count only when no field has the focus, those with Alt or Ctrl and Escape always. */
  keys: string[]
  area: 'move' | 'queue' | 'conversation' | 'writing'
  /** Handled where it is typed (the composer, a list), not by the page. */
  local?: true
}

export const SHORTCUTS: readonly Shortcut[] = [
  { deed: 'next', keys: ['J'], area: 'move' },
  { deed: 'previous', keys: ['K'], area: 'move' },
  { deed: 'nth', keys: ['Alt+1', 'Alt+2', 'Alt+3', 'Alt+4', 'Alt+5', 'Alt+6', 'Alt+7', 'Alt+8', 'Alt+9'], area: 'move' },
  { deed: 'column', keys: ['Alt+ArrowRight', 'Alt+ArrowLeft'], area: 'move' },
  { deed: 'mine', keys: ['M'], area: 'move' },
  { deed: 'queue', keys: ['G'], area: 'move' },
  { deed: 'search', keys: ['F'], area: 'move' },
  { deed: 'claimNext', keys: ['N'], area: 'queue' },
  { deed: 'claimThis', keys: ['Enter'], area: 'queue', local: true },
  { deed: 'write', keys: ['R'], area: 'conversation' },
  { deed: 'scripts', keys: ['/'], area: 'conversation' },
  { deed: 'whisper', keys: ['W'], area: 'conversation' },
  { deed: 'transfer', keys: ['T'], area: 'conversation' },
  { deed: 'close', keys: ['E'], area: 'conversation' },
  { deed: 'panel', keys: ['P'], area: 'conversation' },
  { deed: 'blank', keys: ['Tab'], area: 'writing', local: true },
  { deed: 'newLine', keys: ['Shift+Enter'], area: 'writing', local: true },
  { deed: 'sheet', keys: ['?'], area: 'move' },
  { deed: 'escape', keys: ['Escape'], area: 'move' },
]

type Key = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'isComposing'>

/** The key as the table writes it; Shift shows in the character itself. */
export function written(event: Key): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${key}`
}

/** The deed of a key press, or null; `inField`: the focus is where one writes. */
export function deedOf(event: Key, inField: boolean): Shortcut | null {
  if (event.isComposing) return null
  const key = written(event)
  const found = SHORTCUTS.find((shortcut) => !shortcut.local && shortcut.keys.includes(key)) ?? null
  if (found && inField && !key.includes('+') && key !== 'Escape') return null
  return found
}
