// Out of whatever field has the keys and into the list: to the row of the conversation on the screen, else to the first.

export function focusList(): void {
  ;(document.activeElement as HTMLElement | null)?.blur()
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  ;(rows.find((row) => row.ariaCurrent) ?? rows[0])?.focus()
}
