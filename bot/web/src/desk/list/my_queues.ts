import { computed, type ComputedRef } from 'vue'
import { useSession } from '../stores/session'
import { useTickets } from '../stores/tickets'
import type { Queue } from '../types'

/** The queues that concern this person: of one's groups, or all for whom sees everything; in the taxonomy's order. */
export function useMyQueues(): ComputedRef<Queue[]> {
  const session = useSession()
  const tickets = useTickets()
  return computed(() => {
    const order = session.groups.map(({ name }) => name)
    return tickets.queues
      .filter(({ group }) => session.me?.role !== 'agent' || session.me.groups.includes(group))
      .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
  })
}
