// What an agent has written and not sent, by conversation; kept in this browser for a reload, a crash, a new sign-in.
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { useSession } from './session'

export interface Draft {
  /** For the customer. */
  say: string
  /** For colleagues: a field of its own, so that nothing internal slips into a line for the customer. */
  whisper: string
  whispering: boolean
  /** Names of pictures that are uploaded and not sent. */
  images: string[]
  at: number
}

const KEEP_MS = 7 * 86_400_000
const EMPTY: Draft = { say: '', whisper: '', whispering: false, images: [], at: 0 }

export const useDrafts = defineStore('drafts', () => {
  const session = useSession()
  const drafts = reactive(new Map<string, Draft>())
  let read = ''

  const prefix = () => `qt.draft.${session.me?.id ?? ''}.`

  /** Reads this agent's drafts once; those that nobody touched for a week go. */
  function load(): void {
    if (!session.me || read === prefix()) return
    read = prefix()
    drafts.clear()
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(read))) {
      try {
        const draft = { ...EMPTY, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Draft>) }
        if (Date.now() - draft.at < KEEP_MS) drafts.set(key.slice(read.length), draft)
        else localStorage.removeItem(key)
      } catch {
        localStorage.removeItem(key)
      }
    }
  }

  const of = (conversation: string): Draft => drafts.get(conversation) ?? EMPTY

  function change(conversation: string, part: Partial<Draft>): void {
    const draft = { ...of(conversation), ...part, at: Date.now() }
    const key = prefix() + conversation
    drafts.set(conversation, draft)
    try {
      if (draft.say || draft.whisper || draft.images.length || draft.whispering) localStorage.setItem(key, JSON.stringify(draft))
      else localStorage.removeItem(key)
    } catch {
      // Storage full or forbidden: the draft lives as long as the page.
    }
  }

  /** Whether something for the customer or colleagues waits unsent: lists show it. */
  function has(conversation: string): boolean {
    const draft = of(conversation)
    return Boolean(draft.say.trim() || draft.whisper.trim() || draft.images.length)
  }

  return { drafts, load, of, change, has }
})
