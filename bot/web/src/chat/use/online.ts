// Whether this machine has a network at all, as the browser sees it; known before the line notices.
import { ref } from 'vue'

export const online = ref(navigator.onLine)
addEventListener('online', () => (online.value = true))
addEventListener('offline', () => (online.value = false))
