import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryStore } from '../../shared/storage'
import { buyerOf, Sessions } from './session'

const NOW = Date.parse('2026-11-11T00:00:00Z')
const jwt = (sub: unknown): string => `h.${btoa(JSON.stringify({ sub }))}.s`
const session = (token: string) => ({ ok: true, token, expires_at: '2026-11-11T12:00:00Z', conversation: `c-${token}`, verified: false, buyer_name: null })

interface Asked {
  old: string | undefined
  identity: string | undefined
}

let asked: Asked[]
/** What the gateway answers, one after the other: a token, or 401. */
let answers: (string | 401)[]

beforeEach(() => {
  asked = []
  answers = []
  vi.stubGlobal('fetch', (_path: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    asked.push({ old: headers['Authorization']?.slice(7), identity: (JSON.parse(body) as { identity?: string }).identity })
    const answer = answers.shift()!
    const refused = JSON.stringify({ ok: false, code: 'bad_identity', error: 'x' })
    return Promise.resolve(answer === 401 ? new Response(refused, { status: 401 }) : new Response(JSON.stringify(session(answer))))
  })
})
afterEach(() => vi.unstubAllGlobals())

it('reads a buyer from an identity, and nothing from what is none', () => {
  expect(buyerOf(jwt('b1'))).toBe('b1')
  expect([buyerOf('x'), buyerOf('a.b.c'), buyerOf(jwt(3))]).toEqual([null, null, null])
})

describe('Sessions', () => {
  it('keeps the conversation of somebody unknown over a reload, as long as it holds', async () => {
    const store = new MemoryStore()
    answers = ['t1']
    await new Sessions(store, new MemoryStore(), null, false).fetch()
    const again = new Sessions(store, new MemoryStore(), null, false)
    expect(again.kept(NOW)?.token).toBe('t1')
    expect(again.kept(NOW + 13 * 3_600_000)).toBeNull()
    answers = ['t2']
    await again.fetch()
    expect(asked).toEqual([{ old: undefined, identity: undefined }, { old: 't1', identity: undefined }])
  })

  it('never shows one person the conversation of another on the same machine', async () => {
    const store = new MemoryStore()
    answers = ['t1', 't2']
    await new Sessions(store, new MemoryStore(), jwt('b1'), false).fetch()
    expect(new Sessions(store, new MemoryStore(), null, false).kept(NOW)).toBeNull()
    await new Sessions(store, new MemoryStore(), jwt('b2'), false).fetch()
    expect(asked[1]!.old).toBeUndefined()
  })

  it('has an identity checked by the gateway every time it is brought', async () => {
    const store = new MemoryStore()
    answers = ['t1']
    await new Sessions(store, new MemoryStore(), jwt('b1'), false).fetch()
    expect(new Sessions(store, new MemoryStore(), jwt('b1'), false).kept(NOW)).toBeNull()
  })

  it('stays the same person in the tab after the fragment is gone; a widget hears it on every page', async () => {
    const [store, tab] = [new MemoryStore(), new MemoryStore()]
    answers = ['t1']
    await new Sessions(store, tab, jwt('b1'), false).fetch()
    expect(new Sessions(store, tab, null, false).kept(NOW)?.token).toBe('t1')
    expect(new Sessions(store, tab, null, true).who).toBe('anonymous')
  })

  it('goes on as a guest when the identity is refused, and says so', async () => {
    const sessions = new Sessions(new MemoryStore(), new MemoryStore(), jwt('b1'), false)
    answers = [401, 't1']
    expect((await sessions.fetch()).token).toBe('t1')
    expect(sessions.refused).toBe(true)
    expect(asked[1]!.identity).toBeUndefined()
  })

  it('takes a new conversation when the old token is refused, and does not ask for ever', async () => {
    const store = new MemoryStore()
    const sessions = new Sessions(store, new MemoryStore(), null, false)
    answers = ['t1', 401, 't2', 401, 401]
    await sessions.fetch()
    expect((await sessions.fetch()).token).toBe('t2')
    await expect(sessions.fetch()).rejects.toMatchObject({ status: 401 })
    expect(answers).toEqual([])
  })
})
