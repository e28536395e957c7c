// What is being written, kept over reloads.

import { ref, watch } from 'vue'
import { store } from '../stores'

export function useDraft(who: string) {
  const key = `qiantai:draft:${who}`
  const draft = ref(store.get(key) ?? '')
  watch(draft, (text) => (text ? store.set(key, text) : store.remove(key)))
  return draft
}
