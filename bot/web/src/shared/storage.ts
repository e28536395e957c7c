// The browser's storage where it may be used: in a frame on another page it may be refused, then the tab's own, then memory.

export interface Store {
  get(key: string): string | null
  set(key: string, value: string): void
  remove(key: string): void
  keys(): string[]
}

class WebStore implements Store {
  constructor(private readonly area: Storage) {}

  get(key: string): string | null {
    return this.area.getItem(key)
  }

  set(key: string, value: string): void {
    try {
      this.area.setItem(key, value)
    } catch {
      // Full: what the page holds in memory still goes out.
    }
  }

  remove(key: string): void {
    this.area.removeItem(key)
  }

  keys(): string[] {
    return Array.from({ length: this.area.length }, (_, at) => this.area.key(at) ?? '')
  }
}

export class MemoryStore implements Store {
  private readonly held = new Map<string, string>()

  get(key: string): string | null {
    return this.held.get(key) ?? null
  }

  set(key: string, value: string): void {
    this.held.set(key, value)
  }

  remove(key: string): void {
    this.held.delete(key)
  }

  keys(): string[] {
    return [...this.held.keys()]
  }
}

/** The first of the areas that takes a word; memory when none does. */
export function openStore(...areas: (() => Storage)[]): Store {
  for (const area of areas) {
    try {
      const found = area()
      found.setItem('qiantai:probe', '1')
      found.removeItem('qiantai:probe')
      return new WebStore(found)
    } catch {
      // Refused here: the next.
    }
  }
  return new MemoryStore()
}
