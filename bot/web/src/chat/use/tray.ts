// Pictures picked but not sent yet.

import { ref } from 'vue'
import { newId } from '../logic/ids'
import { MAX_PICTURES } from '../logic/shrink'
import { t } from '../i18n'
import { keepBlob } from './blobs'
import { prepared } from './shrinking'
import { say } from './toast'

export interface Picked {
  id: string
  url: string
  blob: Blob
}

export function useTray() {
  const picked = ref<Picked[]>([])
  const busy = ref(false)

  async function add(files: Iterable<File>): Promise<void> {
    busy.value = true
    for (const file of files) {
      if (picked.value.length >= MAX_PICTURES) {
        say(t('pictureMax', { max: MAX_PICTURES }))
        break
      }
      try {
        const blob = await prepared(file)
        picked.value.push({ id: newId(), url: URL.createObjectURL(blob), blob })
      } catch (error) {
        say((error as Error).message)
      }
    }
    busy.value = false
  }

  function remove(id: string): void {
    picked.value = picked.value.filter((one) => {
      if (one.id === id) URL.revokeObjectURL(one.url)
      return one.id !== id
    })
  }

  /** The pictures for a message, their bytes kept where a closed tab does not lose them; the tray is empty then. */
  async function take(): Promise<{ id: string; name: null }[]> {
    const taken = picked.value
    picked.value = []
    await Promise.all(taken.map(({ id, blob }) => keepBlob(id, blob)))
    taken.forEach(({ url }) => URL.revokeObjectURL(url))
    return taken.map(({ id }) => ({ id, name: null }))
  }

  return { picked, busy, add, remove, take }
}
