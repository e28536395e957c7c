// The outbox against a desk that loses lines, refuses and answers late: whatever happens, each message arrives once and in order.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MemoryStore } from '../../shared/storage'
import type { Frame } from '../../shared/socket'
import { Outbox } from '../logic/outbox'
import { useOutbox } from './outbox'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('addEventListener', () => undefined)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A desk that keeps each client_id once, as the real one does. */
class Desk {
  kept: string[] = []
  up = false
  waiting: Frame[] = []

  send = (frame: Frame): boolean => {
    if (this.up) this.waiting.push(frame)
    return this.up
  }
}

/** The same numbers in every run of a seed. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

const open = (store: MemoryStore, desk: Desk) => useOutbox(new Outbox(store, 'x'), desk.send)

it.each(Array.from({ length: 60 }, (_, at) => at + 1))('loses and doubles nothing, whatever the line does (seed %i)', async (seed) => {
  const roll = dice(seed)
  const store = new MemoryStore()
  const desk = new Desk()
  let outbox = open(store, desk)
  const written: string[] = []
  const shut = (): void => {
    desk.up = false
    desk.waiting = []
    outbox.lost(1006)
  }
  const up = (): void => {
    desk.up = true
    // After a sync the log is in step: what the desk has is no longer waiting here.
    desk.kept.forEach((clientId) => outbox.remove(clientId))
    outbox.opened()
  }
  const answer = (): void => {
    const frame = desk.waiting.shift()
    if (!frame) return
    const clientId = String(frame.client_id)
    if (roll() < 0.2) return outbox.refused({ type: 'error', code: 'store_down', error: '', client_id: clientId })
    if (!desk.kept.includes(clientId)) desk.kept.push(clientId)
    if (roll() < 0.3) return shut()
    outbox.acked(clientId)
    outbox.remove(clientId)
  }
  for (let step = 0; step < 60; step += 1) {
    const what = roll()
    if (what < 0.35) written.push(outbox.put({ type: 'message', text: `${step}` }).client_id)
    else if (what < 0.6) answer()
    else if (what < 0.75) up()
    else if (what < 0.85) shut()
    else if (what < 0.9) {
      // The tab is closed and opened again.
      shut()
      outbox = open(store, desk)
    } else await vi.advanceTimersByTimeAsync(5_000)
  }
  up()
  for (let step = 0; step < 400 && outbox.entries.value.length; step += 1) {
    answer()
    if (!desk.up) up()
    await vi.advanceTimersByTimeAsync(31_000)
  }
  expect(desk.kept).toEqual(written)
  expect(outbox.entries.value).toEqual([])
  expect(store.keys()).toEqual([])
})

it('a refused message is kept with its reason, and does not stop the ones behind it', () => {
  const desk = new Desk()
  const outbox = open(new MemoryStore(), desk)
  const bad = outbox.put({ type: 'message', text: 'bad' })
  const good = outbox.put({ type: 'message', text: 'good' })
  desk.up = true
  outbox.opened()
  outbox.refused({ type: 'error', code: 'bad_input', error: '这句发不出去', client_id: bad.client_id })
  expect(desk.waiting.map(({ client_id }) => client_id)).toEqual([bad.client_id, good.client_id])
  expect(outbox.entries.value[0]!.failure).toEqual({ code: 'bad_input', error: '这句发不出去' })
  outbox.acked(good.client_id)
  outbox.retry(bad.client_id)
  expect(desk.waiting.at(-1)!.client_id).toBe(bad.client_id)
})

it('an answer that does not come is asked for again under the same client_id', async () => {
  const desk = new Desk()
  const outbox = open(new MemoryStore(), desk)
  desk.up = true
  outbox.opened()
  const { client_id } = outbox.put({ type: 'message', text: 'hello' })
  await vi.advanceTimersByTimeAsync(16_000)
  expect(desk.waiting.map((frame) => frame.client_id)).toEqual([client_id, client_id])
})

it('a frame that was too large for the line is not sent for ever', () => {
  const desk = new Desk()
  const outbox = open(new MemoryStore(), desk)
  desk.up = true
  outbox.opened()
  outbox.put({ type: 'message', text: 'large' })
  outbox.lost(1009)
  expect(outbox.entries.value[0]!.failure?.code).toBe('too_long')
})
