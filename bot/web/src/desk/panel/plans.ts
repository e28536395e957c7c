// How a ticket's plan stands, and which message of the customer answers it. Pure.
import type { LogEvent, Plan, Row } from '../types'

export type Standing = 'made' | 'told' | 'agreed' | 'refused'

/** null without a plan in words. */
export function planStanding({ plan }: Pick<Row, 'plan'>): Standing | null {
  if (!plan) return null
  if (plan.agreed_at) return 'agreed'
  if (plan.refused_at) return 'refused'
  return plan.told_at ? 'told' : 'made'
}

/** The customer's newest words since the plan was made: what an agent means who says that the customer agreed. */
export function proofOf(events: readonly LogEvent[], plan: Plan): { no: number; text: string } | null {
  const since = Date.parse(plan.told_at ?? plan.at ?? '')
  const found = events.filter((event) => event.type === 'message' && Date.parse(event.at) >= since).at(-1)
  if (!found) return null
  const letters = [...(found.title ?? found.text ?? '')]
  return { no: found.no, text: letters.length > 40 ? `${letters.slice(0, 39).join('')}…` : letters.join('') }
}

/** Whether closing now leaves a plan that the customer has not agreed to. */
export function isUnanswered(row: Pick<Row, 'plan'>): boolean {
  return !!row.plan?.told_at && !row.plan.agreed_at
}

/** "12.5" → 1250; null for what is no amount, undefined for nothing. */
export function fenOf(text: string): number | null | undefined {
  const clean = text.trim().replace(/^[¥￥]/, '').replaceAll(',', '')
  if (!clean) return undefined
  return /^\d{1,7}(\.\d{1,2})?$/.test(clean) ? Math.round(Number(clean) * 100) : null
}
