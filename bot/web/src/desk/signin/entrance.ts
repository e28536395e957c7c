// Coming in and going out: by cookie, password or one-time link; and what happens to the stores.
import { api, ApiError, onSignedOut } from '../api'
import { sentence, showError } from '../errors'
import { useConversations } from '../stores/conversations'
import { useDrafts } from '../stores/drafts'
import { useOutbox } from '../stores/outbox'
import { useSession } from '../stores/session'
import { useTickets } from '../stores/tickets'
import { useView } from '../stores/view'
import type { Me } from '../types'
import { closeWire, openWire } from '../wire'

const LINK = /^#link=(.+)$/
const WHO = 'qt.desk.who'
/** Somebody signed in with this browser: without it there is no session to ask for. */
const HERE = 'qt.desk.here'

export function useEntrance() {
  const session = useSession()

  function enter(me: Me): void {
    // Another person at the same computer starts with a desk of their own.
    if (sessionStorage.getItem(WHO) !== me.me.id) clear()
    sessionStorage.setItem(WHO, me.me.id)
    localStorage.setItem(HERE, '1')
    session.enter(me)
    useDrafts().load()
    useOutbox().load()
    openWire()
  }

  function clear(): void {
    useTickets().forget()
    useConversations().forgetAll()
    useView().forget()
  }

  /** With a link in the address, else with the cookie that may be there. */
  async function arrive(): Promise<void> {
    onSignedOut(() => {
      closeWire()
      session.leave('expired')
    })
    const link = LINK.exec(location.hash)?.[1]
    // The token must not stay in the address, the history or a screenshot.
    if (link) history.replaceState(null, '', location.pathname + location.search)
    if (!link) return stay()
    try {
      enter(await api.signIn({ link: decodeURIComponent(link) }))
      session.byLink = true
      useView().dialog = 'password'
    } catch (error) {
      session.leave()
      session.farewell = sentence(error)
    }
  }

  async function stay(): Promise<void> {
    if (!localStorage.getItem(HERE)) return session.leave()
    try {
      enter(await api.me())
    } catch (error) {
      const nobody = error instanceof ApiError && error.status === 401
      if (nobody) localStorage.removeItem(HERE)
      session.leave()
      session.farewell = nobody ? '' : sentence(error)
    }
  }

  async function signIn(name: string, password: string): Promise<void> {
    enter(await api.signIn({ name, password }))
    session.byLink = false
  }

  async function signOut(): Promise<void> {
    try {
      await api.signOut()
    } catch (error) {
      // Without the gateway's word the cookie still opens the desk: stay, and say so.
      if (!(error instanceof ApiError && error.status === 401)) return showError(error)
    }
    closeWire()
    clear()
    sessionStorage.removeItem(WHO)
    localStorage.removeItem(HERE)
    session.leave()
  }

  return { arrive, signIn, signOut }
}
