// The shapes of docs/live.md that both pages know.

export interface Card {
  order_no: string
  tail: string
  title: string
  count: number
  amount_fen: number
  state: string
  state_zh: string
  placed_at: string | null
  carrier: string | null
  tracking_no: string | null
  scans: { at: string; text: string }[]
  refund: { state: string; amount_fen: number | null } | null
}

export interface ServerError {
  type: 'error'
  code: string
  error: string
  client_id?: string
  retry_after_s?: number
}

export type OwnerKind = 'bot' | 'queue' | 'agent' | 'closed'
