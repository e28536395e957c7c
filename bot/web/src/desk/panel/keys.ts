// Keys as a keyboard has them printed. Pure.

const PRINTED: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' }
const ON_MAC: Record<string, string> = { Alt: '⌥', Ctrl: '⌘', Shift: '⇧' }

/** "Alt+1" … "Alt+9" becomes one cap, "Alt+1–9"; names of keys become what is printed on them. */
export function keyCaps(keys: readonly string[], mac: boolean): string[] {
  const first = keys[0] ?? ''
  const last = keys.at(-1) ?? ''
  if (keys.length > 2 && /\d$/.test(first)) return [`${printed(first, mac)}–${last.slice(-1)}`]
  return keys.map((key) => printed(key, mac))
}

function printed(key: string, mac: boolean): string {
  return key.split('+').map((part) => (mac ? ON_MAC[part] : undefined) ?? PRINTED[part] ?? part).join(mac ? '' : '+')
}
