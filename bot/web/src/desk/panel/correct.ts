// The right label: the ticket follows it, and may belong to another group then, which is offered where the label stands.
import { shallowReactive } from 'vue'
import { api } from '../api'
import { showNote } from '../errors'
import { t } from '../i18n'
import { useConversations } from '../stores/conversations'
import { useTickets } from '../stores/tickets'
import type { Row } from '../types'

/** By ticket: the group of its right label, while it is with another. */
export const elsewhere = shallowReactive(new Map<string, string>())

export async function correct(row: Row, label: string, messageNo?: number): Promise<void> {
  const { row: fresh, group } = await api.label(row.id, label, messageNo)
  if (group) elsewhere.set(row.id, group)
  else elsewhere.delete(row.id)
  useTickets().put(fresh)
  showNote(t('panel.label.done'))
  await useConversations().loadDetail(row.conversation)
}
