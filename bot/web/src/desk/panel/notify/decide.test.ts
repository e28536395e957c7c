import { describe, expect, it } from 'vitest'
import { QUIET_MS, isHeard, kindOfAlert, kindOfMessage, kindOfRow, tagOf, titleWith, type Viewer } from './decide'

const ME: Viewer = { me: 's3', supervises: false, groups: ['returns_refunds'], open: [], focused: false }
const BOSS: Viewer = { ...ME, me: 's1', supervises: true, groups: ['supervisor'] }
const row = (more = {}) => ({ conversation: 'c1', state: 'waiting', group: 'returns_refunds', agent: null, ...more })
const mine = row({ agent: 's3', state: 'claimed' })
const theirs = row({ agent: 's4', state: 'claimed' })

describe('a ticket', () => {
  it('rings when it comes into the queue, comes back, or is handed to the group', () => {
    expect(kindOfRow(row(), 'opened', ME)).toBe('queue')
    expect(kindOfRow(row({ state: 'returned' }), 'returned', ME)).toBe('queue')
    expect(kindOfRow(row({ state: 'transferred' }), 'transferred', ME)).toBe('queue')
  })

  it('does not ring for other groups, not even for a supervisor who hears them all', () => {
    expect(kindOfRow(row(), 'opened', BOSS)).toBeNull()
    expect(kindOfRow(row({ group: 'supervisor' }), 'opened', BOSS)).toBe('queue')
  })

  it('rings when it becomes mine by assignment or transfer, not when I claimed it', () => {
    expect(kindOfRow(mine, 'assigned', ME)).toBe('assigned')
    expect(kindOfRow(mine, 'transferred', ME)).toBe('assigned')
    expect(kindOfRow(mine, 'claimed', ME)).toBeNull()
  })

  it("is a colleague's affair when a colleague has it, or when it ended", () => {
    expect(kindOfRow(theirs, 'claimed', ME)).toBeNull()
    expect(kindOfRow(theirs, 'transferred', ME)).toBeNull()
    expect(kindOfRow(theirs, 'assigned', ME)).toBeNull()
    expect(kindOfRow(row({ state: 'done' }), 'closed', ME)).toBeNull()
    expect(kindOfRow(row(), 'changed', ME)).toBeNull()
  })
})

describe("a customer's words", () => {
  it('ring for who has the ticket', () => {
    expect(kindOfMessage(mine, ME)).toBe('message')
    expect(kindOfMessage(theirs, ME)).toBeNull()
    expect(kindOfMessage(row(), ME)).toBeNull()
  })

  it('are quiet while they are being read, side by side too', () => {
    expect(kindOfMessage(mine, { ...ME, open: ['c2', 'c1'], focused: true })).toBeNull()
    expect(kindOfMessage(mine, { ...ME, open: ['c1'], focused: false })).toBe('message')
    expect(kindOfMessage(mine, { ...ME, open: ['c2'], focused: true })).toBe('message')
  })
})

describe('a clock', () => {
  it('rings for who has the ticket, and for the group while nobody has it', () => {
    expect(kindOfAlert(mine, 'warned', ME)).toBe('overdue')
    expect(kindOfAlert(row(), 'breached', ME)).toBe('overdue')
    expect(kindOfAlert(theirs, 'breached', ME)).toBeNull()
    expect(kindOfAlert(row({ group: 'reception' }), 'breached', ME)).toBeNull()
  })

  it('of a scene that time brought rings for who has the ticket, not for the supervisor', () => {
    expect(kindOfAlert(mine, 'scene', ME)).toBe('overdue')
    expect(kindOfAlert(theirs, 'scene', BOSS)).toBeNull()
  })

  it('rings for the supervisor when it is out, not when it is low', () => {
    expect(kindOfAlert(theirs, 'breached', BOSS)).toBe('overdue')
    expect(kindOfAlert(theirs, 'silent', BOSS)).toBe('overdue')
    expect(kindOfAlert(theirs, 'warned', BOSS)).toBeNull()
  })
})

describe('an offer', () => {
  it('rings wherever the gateway tells of it: at a supervisor, and with the answer at who asked', () => {
    expect(kindOfAlert(theirs, 'offer_asked', BOSS)).toBe('offer')
    expect(kindOfAlert(row({ agent: 's4', group: 'reception' }), 'offer_decided', ME)).toBe('offer')
  })
})

describe('a burst', () => {
  it('rings once', () => {
    expect(isHeard({ at: 0, kind: null }, 'queue', 0)).toBe(true)
    expect(isHeard({ at: 0, kind: 'queue' }, 'queue', QUIET_MS - 1)).toBe(false)
    expect(isHeard({ at: 0, kind: 'queue' }, 'queue', QUIET_MS)).toBe(true)
  })

  it('lets the graver through', () => {
    expect(isHeard({ at: 0, kind: 'queue' }, 'overdue', 1)).toBe(true)
    expect(isHeard({ at: 0, kind: 'overdue' }, 'queue', 1)).toBe(false)
  })

  it('of the queue is one notification, of customers one each', () => {
    expect(tagOf('queue', 'c1')).toBe(tagOf('queue', 'c2'))
    expect(tagOf('message', 'c1')).not.toBe(tagOf('message', 'c2'))
  })
})

it('the title counts without piling numbers up', () => {
  expect(titleWith('前台', 3)).toBe('(3) 前台')
  expect(titleWith('(3) 前台', 4)).toBe('(4) 前台')
  expect(titleWith('(99+) 前台', 0)).toBe('前台')
  expect(titleWith('前台', 120)).toBe('(99+) 前台')
})
