// What the data names in Chinese and a name for programs, in the reader's language. Pure.
import type { Named } from '../types'

/** An order's or a refund's state: `shipped` is "已发货", in English "Shipped". */
export function stateName(name: string, zh: string, called: (thing: Named) => string): string {
  return called({ name, zh: zh || name })
}
