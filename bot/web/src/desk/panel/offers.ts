// Offers to a customer: what was typed, what it needs, how the ones that stand look. Pure.
import type { Authority, Offer, OfferKind, Row } from '../types'

export const KINDS: readonly OfferKind[] = ['compensation', 'refund', 'freight', 'price', 'return']
export const LONGEST_WORDS = 200
const STANDING = new Set<Offer['state']>(['made', 'asked', 'agreed'])

/** "38.7", "¥38.70", "38，70" as a phone types it → fen; null for what is no amount. */
export function fenOf(text: string): number | null {
  const plain = text.replace(/[¥￥元\s,]/g, '').replace(/[，。．]/g, '.')
  if (!/^\d{1,7}(\.\d{1,2})?$/.test(plain)) return null
  return Math.round(Number(plain) * 100)
}

export interface Draft {
  kind: OfferKind
  amount: string
  words: string
}

/** Why the form cannot go out yet, as a key of the words; null when it can. */
export function wrongWith({ kind, amount, words }: Draft, authority: Authority | null): 'amount' | 'zero' | 'above_order' | 'words' | null {
  const fen = fenOf(amount)
  if (fen === null) return 'amount'
  if (fen === 0 && kind !== 'return') return 'zero'
  if (authority?.order_fen != null && fen > authority.order_fen) return 'above_order'
  return words.trim() ? null : 'words'
}

/** Whether a supervisor will be asked; null while nobody knows: the rules grant some whole refunds to everybody, the gateway decides. */
export function willAsk(draft: Draft, authority: Authority | null): boolean | null {
  const fen = fenOf(draft.amount)
  if (fen === null || !authority || fen > (authority.order_fen ?? Infinity)) return null
  if (fen <= authority.left_fen) return false
  return draft.kind === 'return' || (draft.kind === 'refund' && fen === authority.order_fen) ? null : true
}

export const isAsked = ({ state }: Offer): boolean => state === 'asked'
export const isStanding = ({ state }: Offer): boolean => STANDING.has(state)

/** What closing costs as far as the offers tell: those that hold, in fen. */
export function costOf(offers: readonly Offer[]): number {
  return offers.reduce((sum, { state, amount_fen }) => (state === 'made' || state === 'agreed' ? sum + amount_fen : sum), 0)
}

/** The offers of a row that wait for this person's yes or no. */
export function waitsFor(row: Pick<Row, 'offers'>, me: string | undefined): Offer[] {
  return row.offers.filter((offer) => isAsked(offer) && offer.by !== me)
}

/** The offer that got its answer last. */
export function lastAnswered(offers: readonly Offer[]): Offer | null {
  const answered = offers.filter(({ state, decided_at }) => decided_at && (state === 'agreed' || state === 'refused'))
  return answered.sort((a, b) => Date.parse(b.decided_at ?? '') - Date.parse(a.decided_at ?? ''))[0] ?? null
}

/** Newest first, and what waits before everything else. */
export function inSight(offers: readonly Offer[]): Offer[] {
  return [...offers].sort((a, b) => Number(isAsked(b)) - Number(isAsked(a)) || Date.parse(b.at) - Date.parse(a.at))
}
