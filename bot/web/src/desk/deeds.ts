// What an agent does to tickets: asked of the gateway, told when it fails, and shown where the ticket goes.
import { reactive } from 'vue'
import { api, ApiError, newId } from './api'
import { sentence, showError, showNote } from './errors'
import { t } from './i18n'
import { useConversations } from './stores/conversations'
import { useTickets } from './stores/tickets'
import { useView } from './stores/view'
import type { Row } from './types'

/** Deeds under way, so that a second click does nothing: `claim:t12`, `next:reception`. */
export const busy = reactive(new Set<string>())

async function once(name: string, deed: () => Promise<void>): Promise<void> {
  if (busy.has(name)) return
  busy.add(name)
  try {
    await deed()
  } catch (error) {
    showError(error)
  } finally {
    busy.delete(name)
  }
}

function open(row: Row): void {
  useTickets().put(row)
  useView().show(row.conversation)
}

/** The conversation as it is now; null when even that cannot be had. */
async function refreshed(conversation: string): Promise<Row | null> {
  const detail = await useConversations().loadDetail(conversation).catch(() => null)
  if (detail?.row) useTickets().put(detail.row)
  return detail?.row ?? null
}

export function claim(row: Row): Promise<void> {
  return once(`claim:${row.id}`, async () => {
    try {
      open((await api.claim(row.id)).row)
    } catch (error) {
      // Somebody was faster: the row leaves this list at once, whatever the next frame says.
      if (!(error instanceof ApiError && error.code === 'ticket_taken')) throw error
      useTickets().lost(row.id)
      const name = (await refreshed(row.conversation))?.agent_name
      showNote(name ? t('list.taken_by', { name }) : sentence(error), 'warning')
    }
  })
}

// The id of a claim lives until its answer: asking again after a broken line claims no second ticket.
const claiming = new Map<string, string>()

export function claimNext(group: string): Promise<void> {
  return once(`next:${group}`, async () => {
    const deed = claiming.get(group) ?? newId()
    claiming.set(group, deed)
    try {
      const { row } = await api.claimNext(group, deed)
      claiming.delete(group)
      if (row) open(row)
      else showNote(t('list.nothing_to_claim'), 'info')
    } catch (error) {
      if (!(error instanceof ApiError && error.passing)) claiming.delete(group)
      throw error
    }
  })
}
