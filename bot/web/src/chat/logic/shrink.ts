// How a picture is made smaller before it travels: pure, so that the rules can be read and tested.

export const LONGEST_SIDE = 1600
export const QUALITY = 0.85
export const MAX_PICTURES = 9
export const MAX_BYTES = 10 * 1024 * 1024

/** Small enough to go as it is. */
const LIGHT_BYTES = 400 * 1024
/** A screenshot stays PNG, so that its letters stay sharp, up to this size. */
const PNG_BYTES = 2 * 1024 * 1024
const ACCEPTED = new Set(['image/jpeg', 'image/png', 'image/webp'])

export interface Plan {
  /** Null: the file goes unchanged. */
  to: { width: number; height: number; type: 'image/jpeg' | 'image/png' } | null
}

/** What to do with a picture of this type, size and extent. Never larger than it came. */
export function plan(type: string, bytes: number, width: number, height: number): Plan {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  const heavy = bytes > (type === 'image/png' ? PNG_BYTES : LIGHT_BYTES)
  if (ACCEPTED.has(type) && scale === 1 && !heavy) return { to: null }
  const png = type === 'image/png' && bytes <= PNG_BYTES
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  return { to: { ...size, type: png ? 'image/png' : 'image/jpeg' } }
}

/** Whether a file could be a picture at all: phones give HEIC without a type. */
export function looksLikePicture(file: { name: string; type: string }): boolean {
  return /^image\/(?!svg)/.test(file.type) || (!file.type && /\.(jpe?g|png|webp|hei[cf]|gif|bmp|avif)$/i.test(file.name))
}

export function isHeic(file: { name: string; type: string }): boolean {
  return /hei[cf]/i.test(file.type) || /\.hei[cf]$/i.test(file.name)
}
