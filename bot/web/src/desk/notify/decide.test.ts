import { describe, expect, it } from 'vitest'
import { DEFAULT_PREFS, QUIET_MS, isAudible, isHeard, readPrefs, ringFor, titleWith, type Viewer } from './decide'

const ME: Viewer = { me: 's3', role: 'agent', open: null, focused: false }
const row = (more = {}) => ({
  id: 't1', conversation: 'c1', state: 'waiting', group_zh: '退货退款组', label_zh: '商品质量争议', agent: null, last_visitor_no: 5, ...more,
})
const frame = (why: string, more = {}) => ({ type: 'row', why, row: row(more) })
const heard = (no?: number) => () => no

describe('what rings', () => {
  it('tells a new ticket in the queue', () => {
    expect(ringFor(frame('opened'), ME, heard())).toMatchObject({ kind: 'queue', group: '退货退款组', label: '商品质量争议' })
    expect(ringFor(frame('returned'), ME, heard())?.kind).toBe('queue')
  })

  it('says nothing of a ticket that a colleague took', () => {
    expect(ringFor(frame('claimed', { agent: 's4', state: 'claimed' }), ME, heard())).toBeNull()
    expect(ringFor(frame('transferred', { agent: 's4', state: 'claimed' }), ME, heard())).toBeNull()
  })

  it('tells what was assigned or transferred to me, not what I claimed myself', () => {
    expect(ringFor(frame('assigned', { agent: 's3' }), ME, heard())?.kind).toBe('assigned')
    expect(ringFor(frame('transferred', { agent: 's3' }), ME, heard())?.kind).toBe('assigned')
    expect(ringFor(frame('claimed', { agent: 's3' }), ME, heard())).toBeNull()
    expect(ringFor(frame('assigned', { agent: 's4' }), ME, heard())).toBeNull()
  })

  it("tells a customer's new words in my conversation, once per number", () => {
    const changed = frame('changed', { agent: 's3', state: 'claimed', last_visitor_no: 9 })
    expect(ringFor(changed, ME, heard(7))?.kind).toBe('message')
    expect(ringFor(changed, ME, heard(9))).toBeNull()
  })

  it('is quiet about a conversation that is being read', () => {
    const changed = frame('changed', { agent: 's3', state: 'claimed', last_visitor_no: 9 })
    expect(ringFor(changed, { ...ME, open: 'c1', focused: true }, heard(7))).toBeNull()
    expect(ringFor(changed, { ...ME, open: 'c1', focused: false }, heard(7))?.kind).toBe('message')
    expect(ringFor(changed, { ...ME, open: 'c2', focused: true }, heard(7))?.kind).toBe('message')
  })

  it('does not ring for numbers it never knew: the first look after coming back is no news', () => {
    expect(ringFor(frame('changed', { agent: 's3', last_visitor_no: 9 }), ME, heard(undefined))).toBeNull()
  })

  it('tells what is overdue to its agent, to the group when nobody has it, and to the supervisor always', () => {
    const late = (agent: string | null) => ({ type: 'alert', what: 'breached', row: row({ agent }) })
    expect(ringFor(late('s3'), ME, heard())?.kind).toBe('overdue')
    expect(ringFor(late(null), ME, heard())?.kind).toBe('overdue')
    expect(ringFor(late('s4'), ME, heard())).toBeNull()
    expect(ringFor(late('s4'), { ...ME, role: 'supervisor' }, heard())?.kind).toBe('overdue')
  })

  it('carries no word of the customer', () => {
    const told = ringFor(frame('opened', { preview: '我要投诉', summary: '顾客说破了' }), ME, heard())
    expect(JSON.stringify(told)).not.toMatch(/投诉|顾客说/)
  })

  it('ignores frames that are about nothing', () => {
    expect(ringFor({ type: 'queues', queues: [] }, ME, heard())).toBeNull()
  })
})

describe('a burst', () => {
  it('rings once', () => {
    expect(isHeard({ at: 0, kind: 'queue' }, 'queue', QUIET_MS - 1)).toBe(false)
    expect(isHeard({ at: 0, kind: 'queue' }, 'queue', QUIET_MS)).toBe(true)
    expect(isHeard({ at: 0, kind: null }, 'queue', 0)).toBe(true)
  })

  it('lets the graver through', () => {
    expect(isHeard({ at: 0, kind: 'queue' }, 'overdue', 1)).toBe(true)
    expect(isHeard({ at: 0, kind: 'overdue' }, 'queue', 1)).toBe(false)
  })
})

describe('preferences', () => {
  it('survive damage', () => {
    expect(readPrefs(null)).toEqual(DEFAULT_PREFS)
    expect(readPrefs('{broken')).toEqual(DEFAULT_PREFS)
    expect(readPrefs('[1]')).toEqual(DEFAULT_PREFS)
    expect(readPrefs('{"volume":900,"muted":{"queue":"x","message":true},"desktop":"yes"}')).toEqual({ ...DEFAULT_PREFS, muted: { message: true } })
    expect(readPrefs('{"volume":0,"on":false,"desktop":true}')).toMatchObject({ volume: 0, on: false, desktop: true })
  })

  it('mute by kind, by switch and by volume', () => {
    expect(isAudible(DEFAULT_PREFS, 'queue')).toBe(true)
    expect(isAudible({ ...DEFAULT_PREFS, muted: { queue: true } }, 'queue')).toBe(false)
    expect(isAudible({ ...DEFAULT_PREFS, on: false }, 'overdue')).toBe(false)
    expect(isAudible({ ...DEFAULT_PREFS, volume: 0 }, 'overdue')).toBe(false)
  })
})

describe('the title', () => {
  it('counts without piling numbers up', () => {
    expect(titleWith('前台', 3)).toBe('(3) 前台')
    expect(titleWith('(3) 前台', 4)).toBe('(4) 前台')
    expect(titleWith('(120+) 前台', 0)).toBe('前台')
    expect(titleWith('前台', 120)).toBe('(99+) 前台')
  })
})
