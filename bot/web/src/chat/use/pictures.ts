// Addresses that an <img> can show: pictures of the log are fetched with the session's token, those on their way come from this
// machine. Addresses are shared, and given back when nobody shows them and many are held.

import { keptBlob } from './blobs'

const MOST_HELD = 60

interface Held {
  url: Promise<string>
  users: number
}

export class Pictures {
  private readonly held = new Map<string, Held>()

  constructor(private readonly token: () => string | null) {}

  /** An address for `/uploads/…` or for a picture on its way; rejects when it cannot be had. Give it back with `release`. */
  acquire(source: string): Promise<string> {
    const found = this.held.get(source) ?? { url: this.fetch(source), users: 0 }
    found.users += 1
    this.held.delete(source)
    this.held.set(source, found)
    found.url.catch(() => this.held.get(source) === found && this.held.delete(source))
    return found.url
  }

  release(source: string): void {
    const found = this.held.get(source)
    if (found) found.users -= 1
    for (const [other, { url, users }] of this.held) {
      if (this.held.size <= MOST_HELD) break
      if (users > 0) continue
      this.held.delete(other)
      void url.then((address) => URL.revokeObjectURL(address))
    }
  }

  /** The picture that was just sent is the one in the log: no need to fetch it back. */
  async adopt(id: string, source: string): Promise<void> {
    const blob = await keptBlob(id)
    if (blob && !this.held.has(source)) this.held.set(source, { url: Promise.resolve(URL.createObjectURL(blob)), users: 0 })
  }

  private async fetch(source: string): Promise<string> {
    return URL.createObjectURL(source.startsWith('/') ? await this.download(source) : await this.local(source))
  }

  private async download(source: string): Promise<Blob> {
    const response = await fetch(source, { headers: { Authorization: `Bearer ${this.token() ?? ''}` } })
    if (!response.ok) throw new Error(`picture ${response.status}`)
    return response.blob()
  }

  private async local(id: string): Promise<Blob> {
    const blob = await keptBlob(id)
    if (!blob) throw new Error('picture gone')
    return blob
  }
}
