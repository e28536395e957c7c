// The line to the desk: a session first, then the socket; both come back by themselves.

import { ref, shallowRef } from 'vue'
import { Socket, type Frame } from '../../shared/socket'
import type { Session } from '../types'
import { ApiError } from './api'
import type { Sessions } from './session'

/** `stopped`: nothing comes back without the reader's doing; `code` says why. */
export type Line = 'opening' | 'open' | 'waiting' | 'stopped'

const WAITS_MS = [2_000, 4_000, 8_000, 15_000]

interface Handlers {
  /** The socket is open and wants its first frame. */
  onOpen(session: Session): void
  onFrame(frame: Frame): void
  onLost(code: number): void
}

export function useConnection(sessions: Sessions, handlers: Handlers) {
  const line = ref<Line>('opening')
  const code = ref(0)
  /** When the next try comes, while `waiting`. */
  const nextTry = ref(0)
  const session = shallowRef<Session | null>(null)
  let tries = 0
  let timer = 0

  const socket = new Socket('/ws/visitor', {
    onOpen: () => handlers.onOpen(session.value!),
    onFrame: (frame) => {
      if (frame.type === 'synced') tries = 0
      handlers.onFrame(frame)
    },
    onState: (state, closed, waitMs) => {
      if (closed === 4401) {
        handlers.onLost(closed)
        // A token that is never good must not become a storm of sessions.
        if (tries > 1) wait()
        else void attempt()
        return
      }
      line.value = state
      code.value = closed
      nextTry.value = Date.now() + waitMs
      if (state === 'waiting' || state === 'stopped') handlers.onLost(closed)
    },
  })

  async function attempt(): Promise<void> {
    clearTimeout(timer)
    timer = 0
    tries += 1
    line.value = 'opening'
    try {
      session.value = await sessions.fetch()
      socket.open()
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) stop(4403)
      else wait(error instanceof ApiError ? error.retryAfterS : undefined)
    }
  }

  function wait(toldS?: number): void {
    const ms = toldS ? toldS * 1000 : WAITS_MS[Math.min(tries, WAITS_MS.length) - 1]! * (0.75 + Math.random() / 2)
    line.value = 'waiting'
    nextTry.value = Date.now() + ms
    timer = window.setTimeout(() => void attempt(), ms)
  }

  function stop(why: number): void {
    line.value = 'stopped'
    code.value = why
  }

  /** Now rather than when the wait is over. */
  function hurry(): void {
    if (timer) void attempt()
    else socket.hurry()
  }

  function start(): void {
    session.value = sessions.kept(Date.now())
    if (session.value) socket.open()
    else void attempt()
    addEventListener('online', () => timer && hurry())
  }

  return { line, code, nextTry, session, start, hurry, send: (frame: Frame) => socket.send(frame) }
}
