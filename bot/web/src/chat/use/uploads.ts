// Uploads of the pictures in the outbox, one after the other, with progress; tried again while the trouble is one that passes.

import { reactive } from 'vue'
import type { Entry } from '../logic/outbox'
import { waitMs } from '../logic/outbox'
import { ApiError, refusal } from './api'
import { keptBlob } from './blobs'

export interface Upload {
  /** 0–100. */
  percent: number
  /** A sentence when it failed for good; the reader may try again. */
  error: string | null
}

interface Needs {
  token(): string | null
  entries(): readonly Entry[]
  /** The picture is at the desk under this name. */
  onUploaded(entry: Entry, id: string, name: string): void
}

export function useUploads(needs: Needs) {
  const uploads = reactive<Record<string, Upload>>({})
  let running = false
  let tries = 0
  let timer = 0

  async function work(): Promise<void> {
    if (running || !needs.token()) return
    running = true
    clearTimeout(timer)
    for (let next = find(); next; next = find()) {
      const { entry, id } = next
      uploads[id] ??= { percent: 0, error: null }
      try {
        const blob = await keptBlob(id)
        if (!blob) throw new ApiError(410, 'gone', '')
        const name = await upload(blob, needs.token()!, (percent) => (uploads[id]!.percent = percent))
        tries = 0
        delete uploads[id]
        needs.onUploaded(entry, id, name)
      } catch (error) {
        if (error instanceof ApiError && !error.passes && error.status !== 401) uploads[id]!.error = error.message || ' '
        else {
          timer = window.setTimeout(() => void work(), waitMs(tries++, error instanceof ApiError ? error.retryAfterS : undefined))
          break
        }
      }
    }
    running = false
  }

  function find(): { entry: Entry; id: string } | null {
    for (const entry of needs.entries()) {
      if (entry.body.type !== 'image' || entry.failure) continue
      const picture = entry.body.pictures.find(({ id, name }) => !name && !uploads[id]?.error)
      if (picture) return { entry, id: picture.id }
    }
    return null
  }

  function retry(id: string): void {
    delete uploads[id]
    tries = 0
    void work()
  }

  return { uploads, work, retry }
}

function upload(blob: Blob, token: string, onProgress: (percent: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    // fetch tells nothing about how far a body has come.
    const request = new XMLHttpRequest()
    request.open('POST', '/api/visitor/pictures')
    request.setRequestHeader('Authorization', `Bearer ${token}`)
    request.upload.onprogress = ({ loaded, total }) => onProgress(Math.round((loaded / total) * 100))
    request.onload = () => {
      if (request.status === 200) resolve((JSON.parse(request.responseText) as { name: string }).name)
      else reject(refusal(request.status, request.responseText, request.getResponseHeader('Retry-After')))
    }
    request.onerror = request.onabort = request.ontimeout = () => reject(new ApiError(0, 'unreachable', ''))
    request.timeout = 120_000
    const form = new FormData()
    form.append('picture', blob, `picture.${blob.type.split('/')[1] ?? 'jpg'}`)
    request.send(form)
  })
}
