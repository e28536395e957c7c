// A WebSocket that comes back by itself: back-off with jitter, pings that notice a dead line, and what the closing codes mean.
// What was said while it was away is the caller's to repeat: `onOpen` runs on every opening.

export type SocketState = 'opening' | 'open' | 'waiting' | 'stopped'
export interface Frame {
  type: string
  [key: string]: unknown
}

interface Handlers {
  onOpen(): void
  onFrame(frame: Frame): void
  /** `waitMs`: in `waiting`, how long until the next try. */
  onState(state: SocketState, code: number, waitMs: number): void
}

const PING_EVERY_MS = 20_000
const SILENT_MS = 10_000
const LONGEST_WAIT_MS = 20_000
/** Codes after which opening again by oneself would only repeat the refusal. */
const FINAL = new Set([4400, 4401, 4403])

export class Socket {
  private ws: WebSocket | null = null
  private tries = 0
  private timer = 0
  private pingTimer = 0
  private silentTimer = 0
  private ended = false

  constructor(
    private readonly path: string,
    private readonly handlers: Handlers,
  ) {
    addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.hurry)
  }

  open(): void {
    this.ended = false
    clearTimeout(this.timer)
    this.handlers.onState('opening', 0, 0)
    const ws = new WebSocket(this.path.replace(/^\//, `${location.origin.replace(/^http/, 'ws')}/`))
    this.ws = ws
    ws.onopen = () => {
      if (ws !== this.ws) return
      this.tries = 0
      this.handlers.onState('open', 0, 0)
      this.handlers.onOpen()
      this.pingTimer = window.setInterval(() => this.ping(), PING_EVERY_MS)
    }
    ws.onmessage = (message) => {
      if (ws !== this.ws) return
      clearTimeout(this.silentTimer)
      this.silentTimer = 0
      const frame = JSON.parse(String(message.data)) as Frame
      if (frame.type !== 'pong') this.handlers.onFrame(frame)
      else if ('no' in frame) this.handlers.onFrame(frame)
    }
    ws.onclose = (event) => this.closed(ws, event.code)
  }

  /** False when the line is down: the frame was not sent. */
  send(frame: Frame): boolean {
    if (this.ws?.readyState !== WebSocket.OPEN) return false
    this.ws.send(JSON.stringify(frame))
    return true
  }

  close(): void {
    this.ended = true
    this.quiet()
    clearTimeout(this.timer)
    this.ws?.close(1000)
    this.ws = null
    this.handlers.onState('stopped', 1000, 0)
  }

  private ping(): void {
    if (!this.send({ type: 'ping' }) || this.silentTimer) return
    const ws = this.ws
    // A line that a phone lost in a lift stays "open" for minutes: it is given up when nothing answers.
    this.silentTimer = window.setTimeout(() => {
      if (ws && ws === this.ws) {
        ws.close()
        this.closed(ws, 1006)
      }
    }, SILENT_MS)
  }

  private closed(ws: WebSocket, code: number): void {
    if (ws !== this.ws) return
    this.ws = null
    this.quiet()
    if (this.ended) return
    if (FINAL.has(code)) {
      this.handlers.onState('stopped', code, 0)
      return
    }
    const wait = code === 4429 ? 30_000 : Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.tries) * (0.5 + Math.random() / 2)
    this.tries += 1
    this.handlers.onState('waiting', code, wait)
    this.timer = window.setTimeout(() => this.open(), wait)
  }

  private quiet(): void {
    clearInterval(this.pingTimer)
    clearTimeout(this.silentTimer)
    this.silentTimer = 0
  }

  /** The network or the reader came back: no reason to wait any longer. */
  readonly hurry = (): void => {
    if (this.ended || document.visibilityState === 'hidden') return
    if (this.ws?.readyState === WebSocket.OPEN) this.ping()
    else if (!this.ws && this.timer) this.open()
  }
}
