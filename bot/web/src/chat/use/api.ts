// Requests to the gateway; every refusal becomes one ApiError with a sentence for the reader.

export class ApiError extends Error {
  constructor(
    /** 0: no answer at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterS?: number,
  ) {
    super(message)
  }

  /** Whether the same request may do better in a while. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

const PATIENCE_MS = 15_000

export async function request<T>(path: string, options: { method?: string; token?: string | null; body?: unknown } = {}): Promise<T> {
  const headers: Record<string, string> = {}
  if (options.token) headers['Authorization'] = `Bearer ${options.token}`
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS)
  try {
    const body = options.body === undefined ? null : JSON.stringify(options.body)
    const response = await fetch(path, { method: options.method ?? 'GET', headers, body, signal: stop.signal })
    if (response.ok) return (await response.json()) as T
    throw refusal(response.status, await response.text(), response.headers.get('Retry-After'))
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0, 'unreachable', '')
  } finally {
    clearTimeout(timer)
  }
}

/** What a refusal says; a proxy's page in between says nothing. */
export function refusal(status: number, text: string, retryAfter: string | null): ApiError {
  const told = Number(retryAfter) || undefined
  try {
    const { code, error } = JSON.parse(text) as { code: string; error: string }
    return new ApiError(status, String(code), String(error), told)
  } catch {
    return new ApiError(status, 'error', '', told)
  }
}
