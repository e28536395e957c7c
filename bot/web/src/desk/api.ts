// Every request of the desk: CSRF token, ids that make a retry safe, a time limit, and errors as sentences.
import { clock } from './clock'
import type { Agent, Audited, Authority, Detail, FollowUpResult, LogEvent, Me, Prepared, Presence, Row, Script, Self, Suggestion, Webhooks } from './types'

const BASE = '/api/desk'
const LIMIT_MS = 12_000
const PICTURE_LIMIT_MS = 90_000

/** What the gateway refused, or why it could not be reached; `sentence` is the gateway's own, in Chinese. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly sentence: string,
    readonly retryAfterS = 0,
  ) {
    super(sentence || code)
  }

  /** The line or the gateway was away: the same request may simply be sent again. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500
  }
}

export const newId = (): string => crypto.randomUUID()

let csrf = ''
let signedOut: () => void = () => {}

/** The token of the session, from `Me`. */
export function setCsrf(token: string): void {
  csrf = token
}

/** `deed` runs whenever the gateway says that nobody is signed in any more. */
export function onSignedOut(deed: () => void): void {
  signedOut = deed
}

async function request<T>(method: string, path: string, body?: object | FormData, limitMs = LIMIT_MS): Promise<T> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), limitMs)
  const headers: Record<string, string> = method === 'GET' ? {} : { 'X-CSRF-Token': csrf }
  const form = body instanceof FormData
  if (body && !form) headers['Content-Type'] = 'application/json'
  const started = Date.now()
  try {
    const answer = await fetch(path, {
      method, headers, credentials: 'same-origin', signal: abort.signal,
      body: body ? (form ? body : JSON.stringify(body)) : undefined,
    })
    clock.learn(answer.headers.get('Date'), started, Date.now())
    const data = (await answer.json().catch(() => null)) as (T & { ok?: boolean; code?: string; error?: string }) | null
    if (answer.ok && data) return data
    const error = new ApiError(data?.code ?? `http_${answer.status}`, answer.status, data?.error ?? '', Number(answer.headers.get('Retry-After')) || 0)
    if (answer.status === 401 && path.startsWith(BASE) && !path.startsWith(`${BASE}/sign-in`)) signedOut()
    throw error
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(abort.signal.aborted ? 'timeout' : 'offline', 0, '')
  } finally {
    clearTimeout(timer)
  }
}

const get = <T>(path: string): Promise<T> => request<T>('GET', BASE + path)
const post = <T>(path: string, body: object = {}): Promise<T> => request<T>('POST', BASE + path, body)
const id = encodeURIComponent
type WithRow = { row: Row }

export const api = {
  me: () => get<Me>('/me'),
  signIn: (body: { name: string; password: string } | { link: string }) => post<Me>('/sign-in', body),
  signOut: () => post<object>('/sign-out'),
  /** The session goes on under a new cookie and token; all others end. */
  password: (old: string | null, fresh: string) => post<Me>('/password', old === null ? { new: fresh } : { old, new: fresh }),

  presence: (status: Presence, capacity?: number) => post<{ me: Self }>('/presence', capacity === undefined ? { status } : { status, capacity }),
  claimNext: (group: string, deed = newId()) => post<{ row: Row | null }>(`/queues/${id(group)}/claim`, { deed }),
  claim: (ticket: string) => post<WithRow>(`/tickets/${id(ticket)}/claim`),
  say: (c: string, body: { client_id: string; text: string; images: string[] }) => post<{ no: number; duplicate: boolean }>(`/conversations/${id(c)}/say`, body),
  whisper: (c: string, body: { client_id: string; text: string }) => post<{ no: number }>(`/conversations/${id(c)}/whisper`, body),
  promise: (c: string, body: { client_id: string; text: string; due_at: string | null; kind?: string }) => post<{ no: number; id: string }>(`/conversations/${id(c)}/promise`, body),
  suggestPromises: (c: string, text: string) => post<{ suggestions: Suggestion[] }>(`/conversations/${id(c)}/promises/suggest`, { text }),
  /** Where a case is taken out; a link, as the browser saves what comes. */
  exportOf: (ticket: string) => `${BASE}/tickets/${id(ticket)}/export`,
  promiseDone: (c: string, promise: string) => post<{ no: number }>(`/conversations/${id(c)}/promises/${id(promise)}/done`),
  plan: (ticket: string, body: { words?: string; deed?: string } = {}) => post<WithRow>(`/tickets/${id(ticket)}/plan`, body),
  tellPlan: (ticket: string, clientId: string) => post<WithRow>(`/tickets/${id(ticket)}/plan/tell`, { client_id: clientId }),
  answerPlan: (ticket: string, yes: boolean, no?: number) => post<WithRow>(`/tickets/${id(ticket)}/plan/answer`, no === undefined ? { yes } : { yes, no }),
  followUp: (ticket: string, result: FollowUpResult, note: string) => post<WithRow>(`/tickets/${id(ticket)}/follow-up`, { result, note }),
  transfer: (ticket: string, body: { group: string; reason: string } | { agent: string; reason: string }) =>
    post<WithRow & { note?: string | null }>(`/tickets/${id(ticket)}/transfer`, body),
  giveBack: (ticket: string, reason: string) => post<WithRow>(`/tickets/${id(ticket)}/give-back`, { reason }),
  toBot: (ticket: string, reason: string) => post<WithRow>(`/tickets/${id(ticket)}/to-bot`, { reason }),
  close: (ticket: string, body: { outcome: string; note: string; cost_fen?: number; cause?: string }) => post<WithRow>(`/tickets/${id(ticket)}/close`, body),
  label: (ticket: string, label: string, messageNo?: number) =>
    post<WithRow & { group: string | null }>(`/tickets/${id(ticket)}/label`, messageNo === undefined ? { label } : { label, message_no: messageNo }),
  reopen: (c: string) => post<WithRow>(`/conversations/${id(c)}/reopen`),
  takeOver: (c: string, reason: string) => post<WithRow>(`/conversations/${id(c)}/take-over`, { reason }),
  evidence: (ticket: string, body: { what: string; have: boolean; no?: number; name?: string; detach?: boolean }) => post<WithRow>(`/tickets/${id(ticket)}/evidence`, body),
  proof: (ticket: string, due_at: string | null) => post<WithRow>(`/tickets/${id(ticket)}/proof`, { due_at }),
  dutyDone: (ticket: string, duty: string) => post<WithRow>(`/tickets/${id(ticket)}/duties/${id(duty)}/done`),
  authority: (ticket: string) => get<Authority>(`/tickets/${id(ticket)}/authority`),
  offer: (ticket: string, body: { deed: string; kind: string; amount_fen: number; words: string }) => post<WithRow>(`/tickets/${id(ticket)}/offers`, body),
  decideOffer: (ticket: string, offer: string, yes: boolean, note: string) => post<WithRow>(`/tickets/${id(ticket)}/offers/${id(offer)}/decide`, { yes, note }),
  withdrawOffer: (ticket: string, offer: string) => post<WithRow>(`/tickets/${id(ticket)}/offers/${id(offer)}/withdraw`),
  /** Tickets with an offer that waits for a supervisor. */
  askedOffers: () => get<{ rows: Row[] }>('/offers'),
  unmask: (c: string) => post<{ name: string | null; phone: string | null; address: string | null }>(`/conversations/${id(c)}/unmask`, { what: 'buyer' }),
  endSignIn: (agent: string, reason: string) => post<object>(`/agents/${id(agent)}/sign-out`, { reason }),
  setPhase: (phase: string) => post<object>('/phase', { phase }),
  announcements: () => get<{ announcements: Prepared[] }>('/announcements'),
  previewAnnouncement: (one: string, backAt: string | null) => post<{ text: string; text_en: string }>(`/announcements/${id(one)}/preview`, { back_at: backAt }),
  announce: (one: string, body: { deed: string; back_at: string | null; until: string | null; goods: string[] }) =>
    post<{ announcements: Prepared[] }>(`/announcements/${id(one)}`, body),
  endAnnouncement: (one: string) => request<{ announcements: Prepared[] }>('DELETE', `${BASE}/announcements/${id(one)}`),

  conversation: (c: string) => get<Detail>(`/conversations/${id(c)}`),
  events: (c: string, range: { after?: number; before?: number; limit?: number }) =>
    get<{ events: LogEvent[]; more: boolean }>(`/conversations/${id(c)}/events?${new URLSearchParams(Object.entries(range).map(([key, n]) => [key, String(n)]))}`),
  queue: (group: string) => get<{ rows: Row[] }>(`/queues/${id(group)}`),
  followUps: () => get<{ rows: Row[] }>('/follow-ups'),
  mine: () => get<{ rows: Row[] }>('/mine'),
  search: (q: string) => get<{ rows: Row[] }>(`/search?q=${id(q)}`),
  scripts: (c: string) => get<{ scripts: Script[] }>(`/scripts?conversation=${id(c)}`),
  team: () => get<{ agents: Agent[] }>('/team'),
  inHandOf: (agent: string) => get<{ rows: Row[] }>(`/agents/${id(agent)}/tickets`),
  webhooks: () => get<Webhooks>('/webhooks'),
  retryWebhooks: (delivery: string | null) => post<Webhooks>('/webhooks/retry', { id: delivery }),
  audit: (query: Record<string, string>) => get<{ deeds: Audited[]; more: boolean }>(`/audit?${new URLSearchParams(query)}`),
}

/** Sends a picture; `onShare` hears 0…1. Not fetch, which tells nothing of an upload's progress. */
export function sendPicture(file: Blob, name: string, onShare: (share: number) => void): Promise<{ name: string; url: string }> {
  return new Promise((resolve, reject) => {
    const form = new FormData()
    form.append('picture', file, name)
    const xhr = new XMLHttpRequest()
    xhr.open('POST', `${BASE}/pictures`)
    xhr.setRequestHeader('X-CSRF-Token', csrf)
    xhr.responseType = 'json'
    xhr.timeout = PICTURE_LIMIT_MS
    xhr.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total)
    xhr.onload = () => {
      const data = xhr.response as { name: string; url: string; code?: string; error?: string } | null
      if (xhr.status < 300 && data) return resolve(data)
      if (xhr.status === 401) signedOut()
      reject(new ApiError(data?.code ?? `http_${xhr.status}`, xhr.status, data?.error ?? ''))
    }
    xhr.onerror = () => reject(new ApiError('offline', 0, ''))
    xhr.ontimeout = () => reject(new ApiError('timeout', 0, ''))
    xhr.send(form)
  })
}
