// Five short signals made of sine tones: no files to load, told apart by number and direction of the notes.
import type { Kind } from './decide'

/** [frequency in Hz, start in s, length in s] */
type Note = readonly [number, number, number]

const TUNES: Record<Kind, readonly Note[]> = {
  queue: [[523, 0, 0.14]],
  message: [[660, 0, 0.09], [880, 0.1, 0.14]],
  assigned: [[523, 0, 0.1], [659, 0.12, 0.1], [784, 0.24, 0.2]],
  offer: [[784, 0, 0.1], [784, 0.14, 0.1], [1047, 0.28, 0.2]],
  overdue: [[880, 0, 0.14], [587, 0.18, 0.14], [880, 0.36, 0.14], [587, 0.54, 0.22]],
}

export function playTune(audio: AudioContext, kind: Kind, volume: number): void {
  const loudness = audio.createGain()
  // Ears hear loudness on a curve; a slider that is linear in gain does everything in its first quarter.
  loudness.gain.value = (volume / 100) ** 2 * 0.5
  loudness.connect(audio.destination)
  for (const [hertz, start, length] of TUNES[kind]) {
    const tone = audio.createOscillator()
    const shape = audio.createGain()
    const from = audio.currentTime + start
    tone.frequency.value = hertz
    // Faded in and out: a tone that starts at full height clicks.
    shape.gain.setValueAtTime(0, from)
    shape.gain.linearRampToValueAtTime(1, from + 0.015)
    shape.gain.exponentialRampToValueAtTime(0.001, from + length)
    tone.connect(shape).connect(loudness)
    tone.start(from)
    tone.stop(from + length + 0.02)
  }
}
