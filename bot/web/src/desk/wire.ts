// The desk's one socket: frames into the stores, and after every break the same as a fresh load.
import { type Frame, Socket } from '../shared/socket'
import { showNote } from './errors'
import { t } from './i18n'
import { complete, hasGap, type Log } from './logic/log'
import { isHeld } from './logic/rows'
import { yuan } from './panel/money'
import { alerted, rowCame, visitorWrote } from './panel/notify'
import { lastAnswered } from './panel/offers'
import { useConversations } from './stores/conversations'
import { useOutbox } from './stores/outbox'
import { useSession } from './stores/session'
import { useTeam } from './stores/team'
import { useTickets } from './stores/tickets'
import type { Agent, AlertWhat, AnnouncementOn, LogEvent, Looker, Queue, Row, RowWhy, Self } from './types'

/** How far back a conversation opens; older pages come when somebody scrolls to them. */
const BACK = 60
const TYPING_MS = 6_000
const ACTIVE_EVERY_MS = 60_000
const SIGNED_OUT = 4401

let socket: Socket | null = null
let activeAt = 0
/** How many columns or panels watch a conversation. */
const watched = new Map<string, number>()
const typingTimers = new Map<string, number>()

export function openWire(): void {
  if (socket) return
  const session = useSession()
  socket = new Socket('/ws/desk', {
    onOpen: () => watched.forEach((_, conversation) => ask(conversation)),
    onFrame: (frame) => HEARERS[frame.type]?.(frame as never),
    onState: (state, code) => {
      session.line = state
      if (state !== 'stopped' || code === 1000) return
      closeWire()
      session.leave(code === SIGNED_OUT ? 'expired' : code === 4403 ? 'refused' : 'reload')
    },
  })
  socket.open()
}

export function closeWire(): void {
  const old = socket
  socket = null
  old?.close()
}

/** No reason to wait for the next try. */
export function hurryWire(): void {
  socket?.hurry()
}

/** Opens a conversation's log and follows it until `unwatch`. `lastNo`: where the log ends as far as one knows. */
export function watch(conversation: string, lastNo: number): void {
  const times = watched.get(conversation) ?? 0
  watched.set(conversation, times + 1)
  if (times) return
  const talks = useConversations()
  if (!talks.logs.has(conversation)) {
    const after = Math.max(0, lastNo - BACK)
    talks.setLog(conversation, { events: [], synced: after, older: after > 0 })
    talks.states.set(conversation, 'loading')
  }
  ask(conversation)
}

export function unwatch(conversation: string): void {
  const times = (watched.get(conversation) ?? 1) - 1
  if (times > 0) {
    watched.set(conversation, times)
    return
  }
  watched.delete(conversation)
  socket?.send({ type: 'unwatch', conversation })
  useConversations().lookers.delete(conversation)
}

export function sendTyping(conversation: string, on: boolean): void {
  socket?.send({ type: 'typing', conversation, on })
}

/** The agent has seen the conversation up to that number. */
export function sendSeen(conversation: string, no: number): void {
  if (useTickets().see(conversation, no)) socket?.send({ type: 'seen', conversation, no })
}

/** Somebody moved a hand: the session stays. */
export function stirred(): void {
  if (Date.now() - activeAt < ACTIVE_EVERY_MS) return
  if (socket?.send({ type: 'active' })) activeAt = Date.now()
}

function ask(conversation: string): void {
  socket?.send({ type: 'watch', conversation, after: useConversations().log(conversation).synced })
}

type Hearer = (frame: never) => void

const HEARERS: Record<string, Hearer> = {
  welcome(frame: Frame & { me: Self; queues: Queue[]; mine: Row[]; agents: Agent[]; phase: string; announcements: AnnouncementOn[]; unseen: Record<string, number> }) {
    const session = useSession()
    const tickets = useTickets()
    session.me = frame.me
    session.phase = frame.phase
    session.announcements = frame.announcements
    tickets.queues = frame.queues
    useTeam().setAgents(frame.agents)
    tickets.replaceMine(frame.mine)
    tickets.welcomed = true
    useOutbox().hurry()
    for (const [conversation, no] of Object.entries(frame.unseen)) tickets.see(conversation, no)
    // Lists that were loaded before the break may have missed frames.
    for (const group of tickets.loaded.keys()) void tickets.loadQueue(group).catch(() => {})
    void tickets.loadAsked().catch(() => {})
    for (const conversation of watched.keys()) void useConversations().loadDetail(conversation).then((detail) => detail.row && tickets.put(detail.row)).catch(() => {})
  },
  queues(frame: Frame & { queues: Queue[] }) {
    useTickets().queues = frame.queues
  },
  row(frame: Frame & { row: Row; why: RowWhy }) {
    const tickets = useTickets()
    const before = tickets.rows.get(frame.row.id)
    tickets.put(frame.row)
    const me = useSession().me?.id
    rowCame(frame.row, frame.why)
    if (before && frame.row.agent === me && isHeld(frame.row) && frame.row.last_visitor_no > before.last_visitor_no) visitorWrote(frame.row)
    if (watched.has(frame.row.conversation) && (!before || BESIDE_OF_ROW.some((key) => before[key] !== frame.row[key]))) refresh(frame.row.conversation)
  },
  events(frame: Frame & { conversation: string; events: LogEvent[] }) {
    const talks = useConversations()
    talks.take(frame.conversation, frame.events)
    useOutbox().tidy(frame.conversation)
    const last = frame.events.at(-1)
    if (last?.type === 'message') quiet(frame.conversation)
    // Whose goods were stopped may want them after all: the next steps say so.
    const stops = talks.details.get(frame.conversation)?.scene?.stops
    if (frame.events.some((event) => BESIDE.has(event.type) || (stops && event.type === 'message'))) refresh(frame.conversation)
    if (talks.states.get(frame.conversation) === 'ready' && hasGap(talks.log(frame.conversation))) ask(frame.conversation)
  },
  synced(frame: Frame & { conversation: string; no: number; from: number }) {
    const talks = useConversations()
    const log = talks.log(frame.conversation)
    talks.states.set(frame.conversation, 'ready')
    void fillFrom(frame.conversation, log, frame.no, frame.from)
  },
  typing(frame: Frame & { conversation: string; who: 'visitor' | 'agent'; name?: string; on: boolean }) {
    if (!frame.on) return quiet(frame.conversation)
    useConversations().typing.set(frame.conversation, { who: frame.who, name: frame.name ?? null })
    clearTimeout(typingTimers.get(frame.conversation))
    typingTimers.set(frame.conversation, window.setTimeout(() => quiet(frame.conversation), TYPING_MS))
  },
  lookers(frame: Frame & { conversation: string; agents: Looker[] }) {
    useConversations().lookers.set(frame.conversation, frame.agents)
  },
  agents(frame: Frame & { agents: Agent[] }) {
    useTeam().setAgents(frame.agents)
    const session = useSession()
    const own = frame.agents.find((agent) => agent.id === session.me?.id)
    if (own && session.me) session.me = { ...session.me, status: own.status, capacity: own.capacity }
  },
  phase(frame: Frame & { phase: string }) {
    useSession().phase = frame.phase
  },
  announcements(frame: Frame & { on: AnnouncementOn[] }) {
    useSession().announcements = frame.on
  },
  alert(frame: Frame & { row: Row; what: AlertWhat }) {
    useTickets().put(frame.row)
    alerted(frame.row, frame.what)
    if (frame.what === 'offer_decided') tellAnswer(frame.row)
  },
  bye(frame: Frame & { code: string; error: string }) {
    useSession().farewell = frame.error
  },
}

/** A supervisor answered what was asked: said at once, also to who looks at another conversation. */
function tellAnswer(row: Row): void {
  const offer = lastAnswered(row.offers)
  if (!offer) return
  const values = { who: offer.decided_by_name ?? '', what: t(`panel.offer.kinds.${offer.kind}`), amount: yuan(offer.amount_fen) }
  showNote(t(`talk.note.offer.${offer.state}`, values), offer.state === 'agreed' ? 'success' : 'warning')
}

/** Fields of a row that change what stands beside the log: its next steps, its promises. */
const BESIDE_OF_ROW = ['state', 'agent', 'label', 'first_reply_at', 'scene'] as const

/** Events after which panel and row are asked for again. */
const BESIDE = new Set(['promise', 'promise_done', 'promise_missed', 'proof', 'plan', 'offer', 'order', 'evidence', 'label', 'ticket', 'owner', 'rated'])

const refreshing = new Map<string, number>()

/** Several events of one deed ask once. */
function refresh(conversation: string): void {
  clearTimeout(refreshing.get(conversation))
  refreshing.set(conversation, window.setTimeout(() => {
    refreshing.delete(conversation)
    void useConversations().loadDetail(conversation).then((detail) => detail.row && useTickets().put(detail.row)).catch(() => {})
  }, 150))
}

/** Numbers that the live log no longer holds come from the archive before the log counts as complete. */
async function fillFrom(conversation: string, log: Log, no: number, from: number): Promise<void> {
  const talks = useConversations()
  if (from > log.synced + 1 && log.events.length) {
    await talks.loadBetween(conversation, log.synced, from).catch(() => {})
  } else if (from > log.synced + 1) {
    talks.setLog(conversation, { ...talks.log(conversation), older: true })
    if (!talks.log(conversation).events.length) await talks.loadOlder(conversation).catch(() => {})
  }
  talks.setLog(conversation, complete(talks.log(conversation), no))
}

function quiet(conversation: string): void {
  clearTimeout(typingTimers.get(conversation))
  useConversations().typing.delete(conversation)
}
