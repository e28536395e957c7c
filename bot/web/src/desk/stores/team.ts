// Everybody at the desk: presence and load, and the names of whom one has heard of.
import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import type { Agent } from '../types'

export const useTeam = defineStore('team', () => {
  const agents = ref<Agent[]>([])
  // Who went home is no longer among the agents, and still stands in the logs.
  const names = reactive(new Map<string, string>())

  function setAgents(fresh: Agent[]): void {
    agents.value = fresh
    for (const { id, name } of fresh) know(id, name)
  }

  /** `id` may be written as logs do, `agent:<id>`. */
  function know(id: string | null | undefined, name: string | null | undefined): void {
    if (id && name && names.get(bare(id)) !== name) names.set(bare(id), name)
  }

  function nameOf(id: string | null | undefined): string {
    return id ? (names.get(bare(id)) ?? bare(id)) : ''
  }

  return { agents, setAgents, know, nameOf }
})

const bare = (id: string): string => id.replace(/^agent:/, '')
