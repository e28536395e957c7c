// The shop's page around the widget's frame. Both sides check whom they hear and name whom they tell.

import { ref } from 'vue'

export interface Host {
  embedded: boolean
  /** Whether the frame is open in the shop's page. */
  shown: { value: boolean }
  tell(what: { unread: number } | { close: true }): void
}

/** `origin`: the page that the widget runs on, as its fragment says; a wrong one hears nothing and is not heard. */
export function useHost(embedded: boolean, origin: string | null): Host {
  const shown = ref(!embedded)
  if (!embedded || !origin || window.parent === window) return { embedded, shown: ref(true), tell: () => undefined }
  addEventListener('message', (event: MessageEvent<{ qiantai?: { shown?: unknown } } | null>) => {
    if (event.source !== window.parent || event.origin !== origin) return
    const told = event.data?.qiantai?.shown
    if (typeof told === 'boolean') shown.value = told
  })
  const tell: Host['tell'] = (what) => {
    try {
      window.parent.postMessage({ qiantai: what }, origin)
    } catch {
      // Not an origin at all.
    }
  }
  // The shop's page hears no key that is pressed in its frame. A sheet closes itself first.
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) tell({ close: true })
  })
  return { embedded, shown, tell }
}
