// The log's scrolling: it stays at the newest line unless the reader went up, and stays where it is when older lines come in above.

import { nextTick, ref, type Ref } from 'vue'

const NEAR_PX = 80
const TOP_PX = 240

export function useScroll(box: Ref<HTMLElement | undefined>, onTop: () => void) {
  const atEnd = ref(true)
  const missed = ref(0)
  let top = 0

  function scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = box.value!
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX
    // Lines that come in below take the end away without anybody having left it.
    atEnd.value = near || (atEnd.value && scrollTop >= top)
    top = scrollTop
    if (near) missed.value = 0
    if (scrollTop < TOP_PX && !atEnd.value) onTop()
  }

  async function toEnd(smooth = false): Promise<void> {
    await nextTick()
    box.value?.scrollTo({ top: box.value.scrollHeight, behavior: smooth ? 'smooth' : 'instant' })
    atEnd.value = true
    missed.value = 0
  }

  /** A line came: followed, or counted. */
  function came(own: boolean): void {
    if (own || atEnd.value) void toEnd()
    else missed.value += 1
  }

  /** Lines come in above while `change` runs: what was read stays under the eye. */
  async function keeping(change: () => void | Promise<void>): Promise<void> {
    const before = box.value!.scrollHeight - box.value!.scrollTop
    await change()
    await nextTick()
    if (box.value) box.value.scrollTop = box.value.scrollHeight - before
  }

  return { atEnd, missed, scrolled, toEnd, came, keeping }
}
