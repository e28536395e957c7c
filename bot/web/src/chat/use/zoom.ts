// Two fingers, a wheel or a double tap make a picture larger; one finger moves it then. Sideways when it is not larger: the next one.

import { computed, reactive } from 'vue'

const MOST = 5
const SWIPE_PX = 60
const DOUBLE_MS = 300

export function useZoom(onSwipe: (direction: 1 | -1) => void) {
  const view = reactive({ scale: 1, x: 0, y: 0 })
  const fingers = new Map<number, { x: number; y: number }>()
  let spread = 0
  let start = { x: 0, y: 0 }
  let tappedAt = 0

  function reset(): void {
    Object.assign(view, { scale: 1, x: 0, y: 0 })
    fingers.clear()
  }

  function scaleTo(scale: number): void {
    view.scale = Math.min(MOST, Math.max(1, scale))
    if (view.scale === 1) Object.assign(view, { x: 0, y: 0 })
  }

  function distance(): number {
    const [a, b] = [...fingers.values()]
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0
  }

  function down(event: PointerEvent): void {
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    start = { x: event.clientX, y: event.clientY }
    spread = distance()
  }

  function move(event: PointerEvent): void {
    const before = fingers.get(event.pointerId)
    if (!before) return
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    if (fingers.size === 2 && spread) {
      const now = distance()
      scaleTo(view.scale * (now / spread))
      spread = now
    } else if (view.scale > 1) {
      view.x += event.clientX - before.x
      view.y += event.clientY - before.y
    }
  }

  function up(event: PointerEvent): void {
    const alone = fingers.size === 1
    if (!fingers.delete(event.pointerId) || !alone) return
    const across = event.clientX - start.x
    if (view.scale === 1 && Math.abs(across) > SWIPE_PX) return onSwipe(across < 0 ? 1 : -1)
    if (Math.abs(across) > 8) return
    if (event.timeStamp - tappedAt < DOUBLE_MS) scaleTo(view.scale > 1 ? 1 : 2.5)
    tappedAt = event.timeStamp
  }

  function wheel(event: WheelEvent): void {
    scaleTo(view.scale * (event.deltaY < 0 ? 1.2 : 1 / 1.2))
  }

  const style = computed(() => ({ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }))
  return { style, reset, scaleTo, view, down, move, up, wheel }
}
