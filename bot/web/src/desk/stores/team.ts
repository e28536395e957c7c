// Everybody at the desk: presence and load.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Agent } from '../types'

export const useTeam = defineStore('team', () => {
  const agents = ref<Agent[]>([])
  const names = computed(() => new Map(agents.value.map((agent) => [agent.id, agent.name])))

  function nameOf(id: string | null | undefined): string {
    return (id && names.value.get(id)) || id || ''
  }

  return { agents, nameOf }
})
