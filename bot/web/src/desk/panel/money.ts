// Amounts and moments as the panel writes them. Pure.

/** 12900 → "¥129.00" */
export function yuan(fen: number): string {
  return `¥${(fen / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ',')}`
}
