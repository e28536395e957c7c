// The gateway's time as this page knows it, ticking once a second: a computer whose clock is wrong shows right waits all the same.
import { computed, ref } from 'vue'

const local = ref(Date.now())
const skew = ref(0)
let best = Infinity

setTimeout(function tick() {
  local.value = Date.now()
  setTimeout(tick, 1000 - (local.value % 1000))
}, 1000)

export const clock = {
  /** Milliseconds since 1970, the gateway's, fresh each second. */
  now: computed(() => local.value + skew.value),

  /** Takes the `Date` header of an answer; the quickest answer of all is believed. */
  learn(date: string | null, sent: number, got: number): void {
    const told = date ? Date.parse(date) : NaN
    if (Number.isNaN(told) || got - sent > best) return
    best = got - sent
    // The header has whole seconds: half a second more is right on average, and less than two is no skew at all.
    const off = told + 500 - (sent + got) / 2
    skew.value = Math.abs(off) < 2000 ? 0 : off
  },
}
