// From a number in the panel to the line in the log that has it.
import { nextTick } from 'vue'
import { showError, showNote } from '../errors'
import { t } from '../i18n'
import { useConversations } from '../stores/conversations'
import { useView } from '../stores/view'

const FLASH_MS = 1_600

/** Scrolls to the event and marks it for a moment; older pages are loaded until it is there. */
export async function jumpTo(conversation: string, no: number): Promise<void> {
  const talks = useConversations()
  const view = useView()
  view.show(conversation)
  view.drawer = false
  try {
    while ((talks.log(conversation).events[0]?.no ?? 0) > no && talks.log(conversation).older) await talks.loadOlder(conversation)
  } catch (error) {
    showError(error)
    return
  }
  await nextTick()
  const line = document.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(conversation)}"] [data-no="${no}"]`)
  if (!line) {
    showNote(t('panel.evidence.not_there', { no }), 'warning')
    return
  }
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  line.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' })
  line.tabIndex = -1
  line.focus({ preventScroll: true })
  line.classList.add('flash')
  setTimeout(() => line.classList.remove('flash'), FLASH_MS)
}
