// Spans of time in few letters. Pure.

/** 0:07, 12:40; from an hour on 1:05 with its unit named by the caller's words. */
export function span(ms: number, words: { h: string; d: string; min: string }): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`
  if (s < 86_400) return `${Math.floor(s / 3600)}${words.h}${Math.floor((s % 3600) / 60)}${words.min}`
  return `${Math.floor(s / 86_400)}${words.d}${Math.floor((s % 86_400) / 3600)}${words.h}`
}
