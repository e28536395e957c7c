// The page's keys: what the table of shortcuts names, done.
import { onBeforeUnmount, onMounted } from 'vue'
import { claimNext } from '../deeds'
import { showNote } from '../errors'
import { t } from '../i18n'
import { useMyQueues } from '../list/my_queues'
import { isHeld } from '../logic/rows'
import { ask } from '../panel/dialogs'
import { mayDo } from '../panel/may'
import { deedOf } from '../shortcuts'
import { useSession } from '../stores/session'
import { useTickets } from '../stores/tickets'
import { useView } from '../stores/view'

interface Column {
  write(): void
  scripts(): void
  whisper(): void
}

/** Listens until the component goes; `column` is the conversation that keys are about. */
export function useKeys(column: () => Column | null): void {
  const view = useView()
  const tickets = useTickets()
  const session = useSession()
  const queues = useMyQueues()

  const row = () => (view.focused ? tickets.ofConversation(view.focused) : null)

  function step(by: number): void {
    const rows = view.pane.kind === 'queue' ? tickets.queued(view.pane.group) : tickets.mine
    if (!rows.length) return
    const at = rows.findIndex(({ conversation }) => conversation === view.focused)
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length
    view.show(rows[next]!.conversation)
  }

  function nth(key: string): void {
    const found = tickets.mine[Number(key) - 1]
    if (found) view.show(found.conversation)
  }

  function nextQueue(): void {
    if (!queues.value.length) return
    const pane = view.pane
    const at = pane.kind === 'queue' ? queues.value.findIndex(({ group }) => group === pane.group) : -1
    view.go({ kind: 'queue', group: queues.value[(at + 1) % queues.value.length]!.group })
  }

  /** From the queue on the screen, else from the one whose next ticket is due first. */
  function claimMostUrgent(): void {
    if (!session.works) return
    const urgent = queues.value.filter(({ waiting }) => waiting > 0).sort((a, b) => (a.next_due_at ?? '~').localeCompare(b.next_due_at ?? '~'))[0]
    const group = view.pane.kind === 'queue' ? view.pane.group : urgent?.group
    if (group) void claimNext(group)
    else showNote(t('list.nothing_to_claim'), 'info')
  }

  function askFor(kind: 'transfer' | 'close'): void {
    const found = row()
    if (found && isHeld(found) && mayDo(kind, found, session.me, session.rights)) ask({ kind, row: found })
  }

  function escape(): void {
    const active = document.activeElement as HTMLElement | null
    if (active && isField(active)) active.blur()
    else if (view.narrow && view.step === 'conversation') view.step = 'list'
  }

  const deeds: Record<string, (event: KeyboardEvent) => void> = {
    next: () => step(1),
    previous: () => step(-1),
    nth: (event) => nth(event.key),
    column: (event) => {
      const at = view.focusedIndex + (event.key === 'ArrowRight' ? 1 : -1)
      if (view.open[at]) view.focus(view.open[at])
    },
    mine: () => view.go({ kind: 'mine' }),
    queue: nextQueue,
    search: () => view.go({ kind: 'search' }),
    claimNext: claimMostUrgent,
    write: () => column()?.write(),
    scripts: () => column()?.scripts(),
    whisper: () => column()?.whisper(),
    transfer: () => askFor('transfer'),
    close: () => askFor('close'),
    panel: () => (view.panel = !view.panel),
    sheet: () => (view.dialog = 'shortcuts'),
    escape,
  }

  function pressed(event: KeyboardEvent): void {
    // A dialog, menu or picture has the keys while it is open.
    if (event.defaultPrevented || document.querySelector('[aria-modal="true"], .el-image-viewer__wrapper')) return
    const found = deedOf(event, isField(event.target as HTMLElement))
    if (!found) return
    if (found.deed !== 'escape') event.preventDefault()
    deeds[found.deed]?.(event)
  }

  onMounted(() => addEventListener('keydown', pressed))
  onBeforeUnmount(() => removeEventListener('keydown', pressed))
}

function isField(element: HTMLElement): boolean {
  return element.matches?.('input, textarea, select, [contenteditable="true"]') ?? false
}
