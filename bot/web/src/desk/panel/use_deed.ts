// A deed behind a button of the panel: busy while it runs, its error shown once, never twice at a time.
import { type Ref, ref } from 'vue'
import { showError } from '../errors'

export function useDeed(): { busy: Ref<string | null>; run(what: string, deed: () => Promise<unknown>): Promise<boolean> } {
  /** What is under way; one deed at a time. */
  const busy = ref<string | null>(null)
  async function run(what: string, deed: () => Promise<unknown>): Promise<boolean> {
    if (busy.value !== null) return false
    busy.value = what
    try {
      await deed()
      return true
    } catch (error) {
      showError(error)
      return false
    } finally {
      busy.value = null
    }
  }
  return { busy, run }
}
