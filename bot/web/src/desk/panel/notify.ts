// Tells an agent who looks elsewhere: a tone, the title's count, a desktop notification. What is worth telling is notify/decide.ts.
import { reactive, watch } from 'vue'
import { t } from '../i18n'
import { useSession } from '../stores/session'
import { useTickets } from '../stores/tickets'
import { useView } from '../stores/view'
import type { AlertWhat, Row, RowWhy } from '../types'
import { isHeard, kindOfAlert, kindOfMessage, kindOfRow, tagOf, titleWith, type Kind, type Rung, type Viewer } from './notify/decide'
import { holdAlone } from './notify/one_tab'
import { isAudible, readPrefs, type Prefs } from './notify/prefs'
import { playTune } from './notify/tones'

const KEY = 'qt.desk.notify'

export const prefs = reactive<Prefs>(readPrefs(null))

const never = (): boolean => false
let audio: AudioContext | null = null
let stopped: AbortController | null = null
let maySound = never
let mayShow = never
let last: Rung = { at: 0, kind: null }
const shown = new Map<string, { note: Notification; count: number }>()

/** From sign-in to the function it returns: keeps the preferences, waits for the first gesture, counts in the title. */
export function startNotify(): () => void {
  const stop = new AbortController()
  const { signal } = stop
  stopped = stop
  Object.assign(prefs, readPrefs(localStorage.getItem(KEY)))
  const tickets = useTickets()
  const unwatch = [
    watch(prefs, () => localStorage.setItem(KEY, JSON.stringify(prefs))),
    watch(() => tickets.unread, (unread) => { document.title = titleWith(document.title, unread) }, { immediate: true }),
  ]
  // Another tab's settings are this one's, too.
  addEventListener('storage', (event) => { if (event.key === KEY) Object.assign(prefs, readPrefs(event.newValue)) }, { signal })
  addEventListener('focus', forgetShown, { signal })
  // Browsers let a page sound only after a gesture: only a tab that had one competes for the sound.
  for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, unlock, { signal })
  mayShow = holdAlone('qt-desk-show', signal)
  return () => {
    stop.abort()
    stopped = null
    maySound = mayShow = never
    for (const end of unwatch) end()
    forgetShown()
  }
}

/** A ticket was opened in a group of mine, or became mine. */
export function rowCame(row: Row, why: RowWhy): void {
  tell(row, (viewer) => kindOfRow(row, why, viewer))
}

/** A customer of mine wrote. */
export function visitorWrote(row: Row): void {
  tell(row, (viewer) => kindOfMessage(row, viewer))
}

/** A clock of a ticket ran low or out. */
export function alerted(row: Row, what: AlertWhat): void {
  tell(row, (viewer) => kindOfAlert(row, what, viewer))
}

/** Plays a kind's tone at the present volume, whichever tab rings otherwise: for the settings. */
export function tryTune(kind: Kind): void {
  unlock()
  if (audio) playTune(audio, kind, prefs.volume)
}

/** Turns desktop notifications on once the browser was asked; says how that ended. */
export async function allowDesktop(): Promise<'granted' | 'denied' | 'unsupported'> {
  if (!('Notification' in window)) return 'unsupported'
  const answer = Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission
  prefs.desktop = answer === 'granted'
  return answer === 'granted' ? 'granted' : 'denied'
}

function tell(row: Row, kindFor: (viewer: Viewer) => Kind | null): void {
  const session = useSession()
  if (!session.me || session.state !== 'in') return
  const focused = document.visibilityState === 'visible' && document.hasFocus()
  const kind = kindFor({ me: session.me.id, supervises: session.supervises, groups: session.me.groups, open: useView().open, focused })
  if (!kind) return
  const now = Date.now()
  if (audio && maySound() && isAudible(prefs, kind) && isHeard(last, kind, now)) {
    last = { at: now, kind }
    playTune(audio, kind, prefs.volume)
  }
  if (!focused && mayShow() && prefs.desktop && Notification.permission === 'granted') show(row, kind)
}

function show(row: Row, kind: Kind): void {
  const tag = tagOf(kind, row.conversation)
  const count = (shown.get(tag)?.count ?? 0) + 1
  const more = count > 1 ? t('panel.notify.more', { count: count - 1 }) : ''
  // Group and label only: a screen that others see must not show what a customer wrote.
  const note = new Notification(t(`panel.notify.${kind}`), { body: `${row.group_zh} · ${row.label_zh}${more}`, tag, silent: true })
  shown.set(tag, { note, count })
  note.onclick = () => {
    window.focus()
    note.close()
    useView().show(row.conversation)
  }
}

function forgetShown(): void {
  for (const { note } of shown.values()) note.close()
  shown.clear()
}

function unlock(): void {
  // Escape and the like are no gesture for a browser: it would complain and keep the sound shut.
  if (navigator.userActivation?.hasBeenActive === false) return
  audio ??= new AudioContext()
  if (audio.state === 'suspended') void audio.resume()
  if (stopped && maySound === never) maySound = holdAlone('qt-desk-sound', stopped.signal)
}
