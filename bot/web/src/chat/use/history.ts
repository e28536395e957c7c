// The log in this page: what the socket brings, and what only the archive has.

import { ref, shallowRef } from 'vue'
import { EMPTY, from, merge, prepend, seen, type Log } from '../logic/log'
import type { VEvent } from '../types'
import { request } from './api'

interface Page {
  events: VEvent[]
  more: boolean
}

const LIMIT = 50
/** A hole of more than so many pages is not filled: the page starts after it instead. */
const MOST_PAGES = 20

export function useHistory(token: () => string | null) {
  const log = shallowRef<Log>(EMPTY)
  const loading = ref(false)
  const failed = ref(false)

  const get = (before: number): Promise<Page> => request(`/api/visitor/history?before=${before}&limit=${LIMIT}`, { token: token() })

  function add(event: VEvent): void {
    log.value = merge(log.value, [event])
  }

  /** The socket gave what it has. `after`: what was asked for; `trimmed`: numbers at and below `start` are in the archive only. */
  async function synced(after: number, no: number, trimmed: boolean, start: number): Promise<void> {
    log.value = seen(log.value, no)
    if (!trimmed) return
    if (after > 0) await fill(after, start + 1)
    else {
      log.value = { ...log.value, more: true }
      if (log.value.events.length < LIMIT) await older()
    }
  }

  async function fill(after: number, before: number): Promise<void> {
    let low = before
    try {
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { events, more } = await get(low)
        log.value = merge(log.value, events)
        low = events[0]?.no ?? after
        if (!more || low <= after + 1) return
      }
    } catch {
      // Below: what could not be filled is not pretended to be whole.
    }
    log.value = from(log.value, low)
  }

  /** The page of the archive before the first event that is known. */
  async function older(): Promise<void> {
    if (loading.value || !log.value.more) return
    loading.value = true
    failed.value = false
    try {
      const { events, more } = await get(log.value.events[0]?.no ?? log.value.last + 1)
      log.value = prepend(log.value, events, more && events.length > 0)
    } catch {
      failed.value = true
    } finally {
      loading.value = false
    }
  }

  function reset(): void {
    log.value = EMPTY
  }

  return { log, loading, failed, add, synced, older, reset }
}
