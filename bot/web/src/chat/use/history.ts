// The log in this page: what the socket brings, and what only the archive has.

import { ref, shallowRef } from 'vue'
import { EMPTY, from, merge, prepend, seen, type Log } from '../logic/log'
import type { VEvent } from '../types'
import { request } from './api'

interface Page {
  events: VEvent[]
  more: boolean
  /** The lowest number that was read: a page may hold nothing for the customer. */
  from: number
}

const LIMIT = 50
/** A hole of more than so many pages is not filled: the page starts after it instead. */
const MOST_PAGES = 20

export function useHistory(token: () => string | null) {
  const log = shallowRef<Log>(EMPTY)
  const loading = ref(false)
  const failed = ref(false)
  /** Everything from this number on is known; 0 before anything was read. */
  let low = 0

  const get = (before: number): Promise<Page> => request(`/api/visitor/history?before=${before}&limit=${LIMIT}`, { token: token() })

  function add(event: VEvent): void {
    log.value = merge(log.value, [event])
  }

  /** The socket gave what it has. `after`: what was asked for; `trimmed`: numbers at and below `start` are in the archive only. */
  async function synced(after: number, no: number, trimmed: boolean, start: number): Promise<void> {
    log.value = seen(log.value, no)
    if (!trimmed) return
    if (after > 0) return fill(after, start + 1)
    low = start + 1
    log.value = { ...log.value, more: true }
    if (log.value.events.length < LIMIT) await older()
  }

  async function fill(after: number, before: number): Promise<void> {
    let hole = before
    try {
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const read = await get(hole)
        log.value = merge(log.value, read.events)
        hole = read.from || after
        if (!read.more || hole <= after + 1) return
      }
    } catch {
      // Below: what could not be filled is not pretended to be whole.
    }
    log.value = from(log.value, hole)
    low = hole
  }

  /** The archive's next pages before what is known, until one of them shows something. */
  async function older(): Promise<void> {
    if (loading.value || !log.value.more) return
    loading.value = true
    failed.value = false
    try {
      const count = log.value.events.length
      while (log.value.more && log.value.events.length === count) {
        const { events, more, from: lowest } = await get(low || (log.value.events[0]?.no ?? log.value.last + 1))
        low = lowest
        log.value = prepend(log.value, events, more && lowest > 1)
      }
    } catch {
      failed.value = true
    } finally {
      loading.value = false
    }
  }

  function reset(): void {
    log.value = EMPTY
    low = 0
  }

  return { log, loading, failed, add, synced, older, reset }
}
