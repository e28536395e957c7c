// Attaching what the log shows to what a case needs, and taking it off again.
import { shallowRef } from 'vue'
import { api } from '../api'
import { useConversations } from '../stores/conversations'
import { useView } from '../stores/view'
import type { EvidenceItem } from '../types'

/** What in a conversation may be evidence: a message, or one picture by its name. */
export type Piece = { no: number } | { name: string }

export interface Picking {
  ticket: string
  conversation: string
  what: string
}

/** The item for which a line or a picture of the log is being chosen. */
export const picking = shallowRef<Picking | null>(null)

export function pick(wanted: Picking): void {
  picking.value = wanted
  const view = useView()
  view.show(wanted.conversation)
  view.drawer = false
}

/** Logs name pictures by file or by address, the gateway wants the file. */
export const pictureName = (image: string): string => image.split('/').at(-1) ?? image

export async function attach({ ticket, conversation, what }: Picking, piece: Piece): Promise<void> {
  await api.evidence(ticket, { what, have: true, ...piece })
  await useConversations().loadDetail(conversation)
}

export async function detach({ ticket, conversation }: Omit<Picking, 'what'>, item: EvidenceItem, piece: Piece): Promise<void> {
  await api.evidence(ticket, { what: item.what, have: attached(item) > 1, detach: true, ...piece })
  await useConversations().loadDetail(conversation)
}

/** How many messages and pictures belong to it. */
export const attached = ({ refs, pictures }: Pick<EvidenceItem, 'refs' | 'pictures'>): number => refs.length + (pictures?.length ?? 0)

/** Whether this message or picture belongs to it already. */
export function holds({ refs, pictures }: Pick<EvidenceItem, 'refs' | 'pictures'>, piece: Piece): boolean {
  return 'no' in piece ? refs.includes(piece.no) : (pictures ?? []).some((url) => pictureName(url) === piece.name)
}
