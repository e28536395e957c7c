// How somebody wants to be told, as this browser keeps it. Pure.
import { KINDS, type Kind } from './decide'

export interface Prefs {
  on: boolean
  /** 0–100 */
  volume: number
  muted: Partial<Record<Kind, boolean>>
  /** Whether this browser may show desktop notifications: asked for, never assumed. */
  desktop: boolean
}
export const DEFAULT_PREFS: Prefs = { on: true, volume: 60, muted: {}, desktop: false }

/** Preferences as they were kept; what is missing or damaged is the default. */
export function readPrefs(raw: string | null): Prefs {
  let kept: Partial<Prefs> = {}
  try {
    const value: unknown = JSON.parse(raw ?? '{}')
    if (value && typeof value === 'object') kept = value
  } catch {
    // Somebody else's value under our key: the defaults hold.
  }
  const { volume, muted } = kept
  const told = muted && typeof muted === 'object' ? muted : {}
  return {
    on: typeof kept.on === 'boolean' ? kept.on : DEFAULT_PREFS.on,
    volume: typeof volume === 'number' && volume >= 0 && volume <= 100 ? volume : DEFAULT_PREFS.volume,
    muted: Object.fromEntries(KINDS.filter((kind) => told[kind] === true).map((kind) => [kind, true])),
    desktop: kept.desktop === true,
  }
}

export function isAudible(prefs: Prefs, kind: Kind): boolean {
  return prefs.on && prefs.volume > 0 && !prefs.muted[kind]
}
