// An agent's own habits, kept in this browser.
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

const KEY = 'qt.desk.send_key'

export const useSettings = defineStore('settings', () => {
  /** What sends a line: Enter (Shift+Enter breaks it), or Ctrl+Enter. */
  const sendKey = ref<'enter' | 'ctrl'>(localStorage.getItem(KEY) === 'ctrl' ? 'ctrl' : 'enter')
  watch(sendKey, (key) => localStorage.setItem(KEY, key))
  return { sendKey }
})
