// Which parts of the panel are open: full ones are, empty ones are not, except those that a person turned over. Pure.

export interface Fold {
  name: string
  empty: boolean
}

const entry = ({ name, empty }: Fold): string => (empty ? `${name}:empty` : name)

export function opensAt(turned: readonly string[], fold: Fold): boolean {
  return turned.includes(entry(fold)) === fold.empty
}

/** What is turned over after a person opened or closed one. */
export function turn(turned: readonly string[], fold: Fold, open: boolean): string[] {
  const others = turned.filter((one) => one !== entry(fold))
  return open === fold.empty ? [...others, entry(fold)] : others
}
