// Of several tabs one holds a lock, and only that one rings; when it closes or signs out, the next one has it.

/** Asks for the name's lock until `until` aborts; the answer says whether this tab holds it now. */
export function holdAlone(name: string, until: AbortSignal): () => boolean {
  // Plain http has no locks (and no notifications): there every tab rings for itself.
  if (!navigator.locks) return () => !until.aborted
  let held = false
  const holding = navigator.locks.request(name, { signal: until }, () => {
    held = true
    return new Promise<void>((done) => until.addEventListener('abort', () => { held = false; done() }))
  })
  // Refused only by the signal: signed out while another tab held it.
  holding.catch(() => {})
  return () => held
}
