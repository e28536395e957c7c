// What is on the screen: the list, the conversations side by side, panel and dialogs. Kept for a reload and a new sign-in.
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

export type Pane = { kind: 'mine' | 'search' | 'team' } | { kind: 'queue'; group: string }
/** Dialogs of the page itself; those about a ticket are panel/dialogs.ts. */
export type Dialog = 'shortcuts' | 'password' | 'notify'

const KEY = 'qt.desk.view'
const MAX_COLUMNS = 3

interface Kept {
  pane: Pane
  open: string[]
  focused: number
  columns: number
  panel: boolean
}

function kept(): Partial<Kept> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Kept>
  } catch {
    return {}
  }
}

export const useView = defineStore('view', () => {
  const before = kept()
  const pane = ref<Pane>(before.pane ?? { kind: 'mine' })
  /** Conversations side by side, left to right. */
  const open = ref<string[]>(before.open ?? [])
  const focusedIndex = ref(before.focused ?? 0)
  /** How many the agent wants side by side. */
  const columns = ref(before.columns ?? 1)
  const panel = ref(before.panel ?? true)
  const dialog = ref<Dialog | null>(null)
  /** At most 900 px: one thing after the other. */
  const narrow = ref(false)
  /** On a narrow screen: the list, or the conversation. */
  const step = ref<'list' | 'conversation'>('list')
  const drawer = ref(false)

  /** The conversation that keys and panel are about. */
  const focused = computed(() => open.value[focusedIndex.value] ?? open.value[0] ?? null)

  watch([pane, open, focusedIndex, columns, panel], () => {
    const now: Kept = { pane: pane.value, open: open.value, focused: focusedIndex.value, columns: columns.value, panel: panel.value }
    sessionStorage.setItem(KEY, JSON.stringify(now))
  }, { deep: true })

  /** Shows a conversation: where it is already, else in the focused column, else beside it when there is room. */
  function show(conversation: string, beside = false): void {
    const there = open.value.indexOf(conversation)
    if (there >= 0) focusedIndex.value = there
    else if (!open.value.length || ((beside || open.value.length < columns.value) && open.value.length < columnsNow())) {
      open.value = [...open.value, conversation]
      focusedIndex.value = open.value.length - 1
    } else open.value = open.value.map((id, index) => (index === Math.min(focusedIndex.value, open.value.length - 1) ? conversation : id))
    step.value = 'conversation'
    if (pane.value.kind === 'team') pane.value = { kind: 'mine' }
  }

  function hide(conversation: string): void {
    open.value = open.value.filter((id) => id !== conversation)
    focusedIndex.value = Math.max(0, Math.min(focusedIndex.value, open.value.length - 1))
    if (!open.value.length) step.value = 'list'
  }

  function focus(conversation: string): void {
    const index = open.value.indexOf(conversation)
    if (index >= 0) focusedIndex.value = index
  }

  function setColumns(count: number): void {
    columns.value = Math.max(1, Math.min(MAX_COLUMNS, count))
    if (open.value.length > columns.value) {
      const stays = focused.value
      const rest = open.value.filter((id) => id !== stays).slice(0, columns.value - 1)
      open.value = open.value.filter((id) => id === stays || rest.includes(id))
      focusedIndex.value = Math.max(0, open.value.indexOf(stays ?? ''))
    }
  }

  const columnsNow = (): number => (narrow.value ? 1 : columns.value)

  function go(to: Pane): void {
    pane.value = to
    step.value = 'list'
  }

  function forget(): void {
    pane.value = { kind: 'mine' }
    open.value = []
    focusedIndex.value = 0
    dialog.value = null
    step.value = 'list'
  }

  return { pane, open, focusedIndex, focused, columns, panel, dialog, narrow, step, drawer, show, hide, focus, setColumns, go, forget }
})
