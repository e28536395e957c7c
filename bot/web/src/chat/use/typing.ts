// Signs of typing, both ways. None is trusted for long: a lost "stopped" must not leave dots for ever.

import { ref } from 'vue'
import type { OwnerKind } from '../../shared/types'
import type { VEvent } from '../types'

const AGENT_MS = 6_000
const BOT_MS = 8_000
/** A short answer needs no dots. */
const BOT_AFTER_MS = 250
const SAY_EVERY_MS = 3_000

export function useTyping(owner: () => OwnerKind, tell: (on: boolean) => void) {
  /** Who seems to write: an agent's name, '' for the bot, null for nobody. */
  const writing = ref<string | null>(null)
  let timer = 0
  let toldAt = 0

  function show(name: string | null, ms: number): void {
    clearTimeout(timer)
    writing.value = name
    timer = window.setTimeout(stop, ms)
  }

  function stop(): void {
    clearTimeout(timer)
    writing.value = null
  }

  function happened(event: VEvent, live: boolean): void {
    if (event.kind === 'message') {
      if (live && (owner() === 'bot' || owner() === 'closed')) botReads()
    } else if (event.kind !== 'promise' && event.kind !== 'rated') stop()
  }

  function botReads(): void {
    clearTimeout(timer)
    timer = window.setTimeout(() => show('', BOT_MS), BOT_AFTER_MS)
  }

  function heard(on: boolean, name: string): void {
    if (on) show(name, AGENT_MS)
    else stop()
  }

  /** The customer pressed a key. */
  function pressed(hasWords: boolean): void {
    if (hasWords && Date.now() - toldAt > SAY_EVERY_MS) {
      toldAt = Date.now()
      tell(true)
    } else if (!hasWords) sent()
  }

  function sent(): void {
    if (toldAt) tell(false)
    toldAt = 0
  }

  return { writing, happened, heard, pressed, sent, stop }
}
