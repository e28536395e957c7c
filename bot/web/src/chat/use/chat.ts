// One conversation, as the page's parts see it: the line, the log, the outbox, the pictures, and what the customer may do.

import { computed, inject, ref, shallowRef, type InjectionKey } from 'vue'
import type { Frame } from '../../shared/socket'
import type { ServerError } from '../../shared/types'
import { asked, has, lastMessage, promises } from '../logic/log'
import { Outbox, type Body } from '../logic/outbox'
import { itemsOf } from '../logic/view'
import { t } from '../i18n'
import { store, tabStore } from '../stores'
import type { Announcement, Queue, VEvent } from '../types'
import { useConnection } from './connection'
import { useHistory } from './history'
import { useOutbox } from './outbox'
import { Pictures } from './pictures'
import { Sessions } from './session'
import { say } from './toast'
import { useTyping } from './typing'
import { useUploads } from './uploads'

export type Chat = ReturnType<typeof createChat>
const KEY: InjectionKey<Chat> = Symbol('chat')

export const useChat = (): Chat => inject(KEY)!
export const CHAT = KEY

export function createChat(identity: string | null, embedded: boolean) {
  const sessions = new Sessions(store, tabStore, identity, embedded)
  const history = useHistory(() => connection.session.value?.token ?? null)
  const pictures = new Pictures(() => connection.session.value?.token ?? null)
  const queue = shallowRef<Queue | null>(null)
  const announcements = shallowRef<Announcement[]>([])
  /** Whether the log was in step at least once. */
  const ready = ref(false)
  /** Events that came while the page looked on, for those who listen: a screen reader, the unread count, the chip. */
  const listeners: ((event: VEvent) => void)[] = []
  const typing = useTyping(() => queue.value?.owner ?? 'bot', (on) => void connection.send({ type: 'typing', on }))
  let conversation: string | null = null
  let after = 0
  let inStep = false

  const connection = useConnection(sessions, {
    onOpen: (session) => {
      if (conversation !== null && conversation !== session.conversation) history.reset()
      conversation = session.conversation
      after = history.log.value.last
      connection.send({ type: 'sync', token: session.token, after })
      if (sessions.refused) say(t('identityExpired'))
      sessions.refused = false
      void uploads.work()
    },
    onFrame: receive,
    onLost: (code) => {
      inStep = false
      typing.stop()
      outbox.lost(code)
    },
  })
  const outbox = useOutbox(new Outbox(store, sessions.who), (frame) => connection.send(frame))
  const uploads = useUploads({
    token: () => connection.session.value?.token ?? null,
    entries: () => outbox.entries.value,
    onUploaded: (entry, id, name) => {
      if (entry.body.type !== 'image') return
      const parts = entry.body.pictures.map((picture) => (picture.id === id ? { id, name } : picture))
      void pictures.adopt(id, `/uploads/${name}`)
      outbox.change(entry.client_id, { body: { ...entry.body, pictures: parts } })
      outbox.drain()
    },
  })

  function receive(frame: Frame): void {
    if (frame.type === 'event') happened(frame as unknown as VEvent)
    else if (frame.type === 'synced') void synced(frame as unknown as { no: number; trimmed: boolean; from?: number })
    else if (frame.type === 'ack') outbox.acked(String(frame.client_id))
    else if (frame.type === 'queue') queue.value = frame as unknown as Queue
    else if (frame.type === 'announcement') announcements.value = frame.on as Announcement[]
    else if (frame.type === 'typing') typing.heard(frame.on === true, String(frame.name ?? ''))
    else if (frame.type === 'error') outbox.refused(frame as unknown as ServerError)
    else if (frame.type === 'pong' && inStep && Number(frame.no) > history.log.value.last) resync()
  }

  function happened(event: VEvent): void {
    history.add(event)
    if (event.kind === 'message' && event.client_id) outbox.remove(event.client_id)
    typing.happened(event, inStep)
    if (inStep) listeners.forEach((listener) => listener(event))
  }

  async function synced({ no, trimmed, from: start = 0 }: { no: number; trimmed: boolean; from?: number }): Promise<void> {
    await history.synced(after, no, trimmed, start)
    inStep = true
    ready.value = true
    for (const { client_id } of [...outbox.entries.value]) if (has(history.log.value, client_id)) outbox.remove(client_id)
    outbox.opened()
  }

  /** The server knows more than this page: something was lost on the way. */
  function resync(): void {
    after = history.log.value.last
    connection.send({ type: 'sync', after })
  }

  function send(body: Body, clientId?: string): void {
    outbox.put(body, clientId)
    typing.sent()
    if (body.type === 'image') void uploads.work()
  }

  const log = history.log
  return {
    who: sessions.who,
    connection,
    history,
    outbox,
    uploads,
    pictures,
    queue,
    announcements,
    ready,
    typing,
    send,
    onLive: (listener: (event: VEvent) => void) => void listeners.push(listener),
    items: computed(() => itemsOf(log.value.events, outbox.entries.value)),
    asks: computed(() => (outbox.entries.value.some((entry) => entry.body.type !== 'rate') ? [] : asked(log.value))),
    promises: computed(() => promises(log.value)),
    /** Nobody has said anything yet. */
    fresh: computed(() => ready.value && !lastMessage(log.value) && !outbox.entries.value.length && !log.value.more),
  }
}
