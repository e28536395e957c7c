// One short line over the composer that goes by itself; screen readers hear it.

import { ref } from 'vue'

export const toast = ref('')
let timer = 0

export function say(text: string): void {
  toast.value = text
  clearTimeout(timer)
  // Long enough to be read: about five characters a second, at least three seconds.
  timer = window.setTimeout(() => (toast.value = ''), Math.max(3_000, text.length * 200))
}
