// Who is signed in, what they may do, and the state of the line to the gateway.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { SocketState } from '../../shared/socket'
import { api, setCsrf } from '../api'
import type { AnnouncementOn, Limits, Me, Named, Presence, Self } from '../types'

export const useSession = defineStore('session', () => {
  const me = ref<Self | null>(null)
  const rights = ref<string[]>([])
  const phase = ref('')
  /** What is on for every customer. */
  const announcements = ref<AnnouncementOn[]>([])
  const groups = ref<Named[]>([])
  const labels = ref<Named[]>([])
  const outcomes = ref<Named[]>([])
  const causes = ref<Named[]>([])
  const reasons = ref<Record<string, Named[]>>({})
  const capacityMax = ref(20)
  const limits = ref<Limits>({ first_reply_warn_s: 100, first_reply_due_s: 180, silent_s: 120 })
  /** `checking` until the first answer; `out` shows the sign-in page over what stays as it was. */
  const state = ref<'checking' | 'in' | 'out'>('checking')
  /** Signed out by the gateway (time, supervisor), not by one's own wish: why, in words. */
  const farewell = ref('')
  /** Signed in with a one-time link: may set a password without the old one. */
  const byLink = ref(false)
  const line = ref<SocketState>('stopped')

  const supervises = computed(() => may('take_over'))
  /** Tickets are this person's work: presence, capacity, claims. */
  const works = computed(() => may('claim'))

  function may(deed: string): boolean {
    return rights.value.includes(deed)
  }

  function enter(answer: Me): void {
    setCsrf(answer.csrf)
    me.value = answer.me
    rights.value = answer.rights
    phase.value = answer.phase
    groups.value = answer.groups
    labels.value = answer.labels
    outcomes.value = answer.outcomes
    causes.value = answer.causes ?? []
    reasons.value = answer.reasons ?? {}
    capacityMax.value = answer.capacity_max
    limits.value = answer.limits
    farewell.value = ''
    state.value = 'in'
  }

  /** The sign-in page comes; everything else stays for whoever signs in again. */
  function leave(why = ''): void {
    if (state.value !== 'out') farewell.value = why
    state.value = 'out'
  }

  async function setPresence(status: Presence, capacity?: number): Promise<void> {
    const answer = await api.presence(status, capacity)
    me.value = answer.me
  }

  return {
    me, rights, phase, announcements, groups, labels, outcomes, causes, reasons, capacityMax, limits, state, farewell, byLink, line,
    supervises, works, may, enter, leave, setPresence,
  }
})
