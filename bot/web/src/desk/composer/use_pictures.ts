// Pictures that an agent adds: checked, sent at once, tried again on request; the draft keeps the names of those that are there.
import { computed, onBeforeUnmount, ref } from 'vue'
import { newId, sendPicture } from '../api'
import { sentence, showNote } from '../errors'
import { t } from '../i18n'
import { pictureUrl } from '../logic/lines'
import { useDrafts } from '../stores/drafts'

export interface Sending {
  id: string
  file: File | null
  name: string
  preview: string
  share: number
  state: 'sending' | 'ready' | 'failed'
  error: string
}

const MOST = 9
export const BIGGEST = 10 * 1024 * 1024
export const KINDS = ['image/jpeg', 'image/png', 'image/webp']

export function usePictures(conversation: string) {
  const drafts = useDrafts()
  const list = ref<Sending[]>(drafts.of(conversation).images.map((name) => ({ id: newId(), file: null, name, preview: pictureUrl(name), share: 1, state: 'ready', error: '' })))
  const busy = computed(() => list.value.some(({ state }) => state === 'sending'))

  function keep(): void {
    drafts.change(conversation, { images: list.value.filter(({ state }) => state === 'ready').map(({ name }) => name) })
  }

  function add(files: File[]): void {
    for (const file of files) {
      if (list.value.length >= MOST) return showNote(t('composer.most_pictures', { n: MOST }), 'warning')
      const refused = !KINDS.includes(file.type) ? t('composer.picture_kind') : file.size > BIGGEST ? t('composer.picture_big') : ''
      list.value.push({ id: newId(), file: refused ? null : file, name: '', preview: URL.createObjectURL(file), share: 0, state: refused ? 'failed' : 'sending', error: refused })
      const entry = list.value.at(-1)!
      if (!refused) void send(entry, file)
    }
  }

  async function send(entry: Sending, file: File): Promise<void> {
    entry.state = 'sending'
    entry.share = 0
    try {
      entry.name = (await sendPicture(file, file.name, (share) => (entry.share = share))).name
      entry.state = 'ready'
    } catch (error) {
      entry.error = sentence(error)
      entry.state = 'failed'
    }
    keep()
  }

  function again(id: string): void {
    const entry = list.value.find((each) => each.id === id)
    if (entry?.file) void send(entry, entry.file)
  }

  function remove(id: string): void {
    const entry = list.value.find((each) => each.id === id)
    if (entry) release(entry)
    list.value = list.value.filter((each) => each.id !== id)
    keep()
  }

  function clear(): void {
    list.value.forEach(release)
    list.value = []
  }

  const release = (entry: Sending): void => {
    if (entry.preview.startsWith('blob:')) URL.revokeObjectURL(entry.preview)
  }

  onBeforeUnmount(() => list.value.forEach(release))
  return { list, busy, add, again, remove, clear }
}
