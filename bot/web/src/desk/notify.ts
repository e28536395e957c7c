// Tells an agent who looks elsewhere: a tone, the title's count, a desktop notification. What is worth telling is notify/decide.ts.
import { reactive, watch } from 'vue'
import { isAudible, isHeard, readPrefs, ringFor, titleWith, type Kind, type Ring, type Rung, type SoundPrefs, type Viewer } from './notify/decide'
import { playTune } from './notify/tones'

const KEPT = 'qt-desk-notify'

export const prefs = reactive<SoundPrefs>(readPrefs(null))

interface Asks {
  viewer(): Viewer | null
  /** A sentence of the page's language. */
  say(key: string, more?: Record<string, unknown>): string
  open(conversation: string): void
}

let audio: AudioContext | null = null
let stopped = new AbortController()
let asks: Asks | null = null
let last: Rung = { at: 0, kind: null }
const held = { sound: false, desktop: false }
let asking = new Set<string>()
const heardNo = new Map<string, number>()
const hidden = new Map<string, { note: Notification; count: number }>()

/** Begins to listen for the first gesture and to keep the preferences; `stopNotify` ends it at sign-out. */
export function startNotify(given: Asks): void {
  stopNotify()
  asks = given
  stopped = new AbortController()
  asking = new Set()
  Object.assign(prefs, readPrefs(localStorage.getItem(KEPT)))
  const stopKeeping = watch(prefs, () => localStorage.setItem(KEPT, JSON.stringify(prefs)))
  stopped.signal.addEventListener('abort', stopKeeping)
  // Another tab's settings are this one's, too.
  addEventListener('storage', (event) => event.key === KEPT && Object.assign(prefs, readPrefs(event.newValue)), { signal: stopped.signal })
  addEventListener('focus', forgetNotes, { signal: stopped.signal })
  // Browsers let a page sound only after a gesture: only a tab that had one competes for the sound.
  for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, unlock, { signal: stopped.signal })
  void hold('desktop')
}

export function stopNotify(): void {
  stopped.abort()
  heardNo.clear()
  forgetNotes()
  setUnseen(0)
  asks = null
  held.sound = held.desktop = false
}

/** Every frame of the desk's socket comes by here. */
export function hear(frame: { type: string; [key: string]: unknown }): void {
  const viewer = asks?.viewer()
  if (viewer) {
    const found = ringFor(frame, viewer, (conversation) => heardNo.get(conversation))
    if (found) tell(found, viewer)
  }
  const rows = frame.type === 'welcome' ? frame.mine : frame.type === 'row' ? [frame.row] : []
  for (const row of rows as { conversation: string; last_visitor_no?: number | null }[]) heardNo.set(row.conversation, row.last_visitor_no ?? 0)
}

export function setUnseen(count: number): void {
  document.title = titleWith(document.title, count)
}

/** Plays a kind's tone at the present volume, whoever holds the sound: for the settings. */
export function tryTune(kind: Kind): void {
  unlock()
  if (audio) playTune(audio, kind, prefs.volume)
}

/** Turns desktop notifications on after the browser asked; says how that ended. */
export async function allowDesktop(): Promise<'granted' | 'denied' | 'unsupported'> {
  if (!('Notification' in window)) return 'unsupported'
  const answer = Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission
  prefs.desktop = answer === 'granted'
  return answer === 'granted' ? 'granted' : 'denied'
}

function tell(found: Ring, viewer: Viewer): void {
  const now = Date.now()
  if (held.sound && audio && isAudible(prefs, found.kind) && isHeard(last, found.kind, now)) {
    last = { at: now, kind: found.kind }
    playTune(audio, found.kind, prefs.volume)
  }
  if (held.desktop && prefs.desktop && !viewer.focused && Notification.permission === 'granted') show(found)
}

function show({ kind, tag, conversation, group, label }: Ring): void {
  if (!asks) return
  const count = (hidden.get(tag)?.count ?? 0) + 1
  const more = count > 1 ? asks.say('notify.more', { count: count - 1 }) : ''
  // Group and label only: a screen that others see must not show what a customer wrote.
  const note = new Notification(asks.say(`notify.${kind}`), { body: `${group} · ${label}${more}`, tag, silent: true })
  hidden.set(tag, { note, count })
  note.onclick = () => {
    window.focus()
    note.close()
    asks?.open(conversation)
  }
}

function forgetNotes(): void {
  for (const { note } of hidden.values()) note.close()
  hidden.clear()
}

function unlock(): void {
  audio ??= new AudioContext()
  if (audio.state === 'suspended') void audio.resume()
  if (asks && !held.sound) void hold('sound')
}

/** Of several tabs one holds each lock, and only that one rings; when it closes, the next one has it. */
async function hold(what: 'sound' | 'desktop'): Promise<void> {
  const { signal } = stopped
  // Plain http has no locks (and no notifications): there every tab rings for itself.
  if (!navigator.locks) {
    held[what] = true
    return
  }
  if (asking.has(what)) return
  asking.add(what)
  try {
    await navigator.locks.request(`qt-desk-${what}`, { signal }, () => {
      held[what] = true
      return new Promise<void>((done) => signal.addEventListener('abort', () => done()))
    })
  } catch {
    // Signed out while another tab held it.
  }
}
