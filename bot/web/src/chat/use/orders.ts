// The verified buyer's orders, looked up when somebody wants to see them, and again when a minute has passed.

import { ref, shallowRef } from 'vue'
import type { Card } from '../../shared/types'
import type { Session } from '../types'
import { ApiError, request } from './api'

const FRESH_MS = 60_000

export type OrdersState = 'loading' | 'ready' | 'down' | 'anonymous'

export function useOrders(session: () => Session | null) {
  const cards = shallowRef<Card[]>([])
  const state = ref<OrdersState>('loading')
  let loadedAt = 0

  async function load(): Promise<void> {
    if (session()?.verified === false) {
      state.value = 'anonymous'
      return
    }
    if (state.value === 'ready' && Date.now() - loadedAt < FRESH_MS) return
    if (state.value !== 'ready') state.value = 'loading'
    try {
      cards.value = (await request<{ orders: Card[] }>('/api/visitor/orders', { token: session()?.token ?? null })).orders
      loadedAt = Date.now()
      state.value = 'ready'
    } catch (error) {
      state.value = error instanceof ApiError && error.code === 'not_verified' ? 'anonymous' : 'down'
    }
  }

  return { cards, state, load }
}

/** Cards whose title, tail or number holds the words. */
export function matching(cards: readonly Card[], words: string): Card[] {
  const wanted = words.trim().toLowerCase()
  return cards.filter((card) => !wanted || card.title.toLowerCase().includes(wanted) || card.order_no.includes(wanted))
}
