// Who talks: the session token, kept by person, so that two who share a machine never see each other's conversation.

import type { Store } from '../../shared/storage'
import type { Session } from '../types'
import { ApiError, request } from './api'

const WHO = 'qiantai:who'
const ANONYMOUS = 'anonymous'
/** A token that ends sooner is renewed before it is used. */
const LEAST_LEFT_MS = 5 * 60_000

/** The buyer that a shop's identity names. Only a name for our own drawer: the gateway alone checks the signature. */
export function buyerOf(identity: string): string | null {
  try {
    const claims = JSON.parse(atob(identity.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))) as { sub?: unknown }
    return typeof claims.sub === 'string' ? claims.sub : null
  } catch {
    return null
  }
}

export class Sessions {
  readonly who: string
  /** The shop's identity was refused: the page goes on with what it has, and says so. */
  refused = false

  constructor(
    private readonly store: Store,
    tab: Store,
    private identity: string | null,
    embedded: boolean,
  ) {
    const buyer = identity && buyerOf(identity)
    // The fragment is gone after a reload; the tab remembers whose it is. A widget hears it anew on every page.
    this.who = buyer ? `buyer:${buyer}` : identity || embedded ? ANONYMOUS : (tab.get(WHO) ?? ANONYMOUS)
    tab.set(WHO, this.who)
  }

  /** The kept session, if it still holds. Whoever brings an identity has it checked first. */
  kept(now: number): Session | null {
    const session = this.identity ? null : this.read()
    return session && Date.parse(session.expires_at) - now > LEAST_LEFT_MS ? session : null
  }

  forget(): void {
    this.store.remove(this.key)
  }

  /** A session from the gateway: the same conversation again where the identity or the old token names one. */
  async fetch(): Promise<Session> {
    const old = this.read()?.token ?? null
    try {
      const session = await this.post(old)
      this.store.set(this.key, JSON.stringify(session))
      return session
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      if (this.identity) this.refused = true
      else if (!old) throw error
      // Neither the identity nor the old token is worth another try.
      if (!this.identity) this.forget()
      this.identity = null
      return this.fetch()
    }
  }

  private post(old: string | null): Promise<Session> {
    return request<Session>('/api/visitor/sessions', { method: 'POST', token: old, body: this.identity ? { identity: this.identity } : {} })
  }

  private read(): Session | null {
    try {
      return JSON.parse(this.store.get(this.key) ?? '') as Session
    } catch {
      return null
    }
  }

  private get key(): string {
    return `qiantai:session:${this.who}`
  }
}
