// How many lines came while nobody looked: in the title, and told to the widget's button.

import { computed, ref, watch } from 'vue'
import { lang } from '../i18n'
import { words, shopName } from './words'
import type { VEvent } from '../types'
import type { Host } from './host'

export function useUnread(host: Host) {
  const hidden = ref(document.hidden)
  const count = ref(0)
  const looking = computed(() => !hidden.value && host.shown.value)

  document.addEventListener('visibilitychange', () => (hidden.value = document.hidden))
  watch(looking, (now) => now && (count.value = 0))
  watch(count, (now) => host.tell({ unread: now }))
  watch([count, lang, words], () => {
    document.title = (count.value ? `(${count.value}) ` : '') + shopName(lang.value === 'en')
  }, { immediate: true })

  return (event: VEvent): void => {
    if (!looking.value && (event.kind === 'say' || event.kind === 'notice')) count.value += 1
  }
}
