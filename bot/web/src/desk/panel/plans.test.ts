import { describe, expect, it } from 'vitest'
import type { LogEvent, Plan } from '../types'
import { fenOf, isUnanswered, planStanding, proofOf } from './plans'

const PLAN: Plan = { n: 1, words: '退一半', deed: '', by: 's1', at: '2026-11-11T04:00:00Z', told_at: null, agreed_at: null, refused_at: null, answer_no: null }
const TOLD = { ...PLAN, told_at: '2026-11-11T04:00:10Z' }
const said = (no: number, at: string, type = 'message', text = '行'): LogEvent => ({ no, at, type, text })

describe('a plan', () => {
  it('stands as its last step says', () => {
    const later = '2026-11-11T04:01:00Z'
    expect([null, PLAN, TOLD, { ...TOLD, agreed_at: later }, { ...TOLD, refused_at: later }].map((plan) => planStanding({ plan }))).toEqual([null, 'made', 'told', 'agreed', 'refused'])
  })
  it('asks before it is closed without a yes, once it was told', () => {
    expect([null, PLAN, TOLD, { ...TOLD, refused_at: TOLD.told_at }, { ...TOLD, agreed_at: TOLD.told_at }].map((plan) => isUnanswered({ plan }))).toEqual([false, false, true, true, false])
  })
})

describe('the proof', () => {
  it('is the newest message of the customer since the plan was told', () => {
    const events = [said(1, '2026-11-11T04:00:05Z'), said(2, '2026-11-11T04:00:20Z', 'message', '行，就这样'), said(3, '2026-11-11T04:00:30Z', 'say')]
    expect(proofOf(events, TOLD)).toEqual({ no: 2, text: '行，就这样' })
    expect(proofOf(events.slice(0, 1), TOLD)).toBeNull()
    expect(proofOf(events.slice(0, 1), PLAN)?.no).toBe(1)
  })
  it('is cut, not broken', () => {
    expect(proofOf([said(2, '2026-11-11T04:00:20Z', 'message', '好'.repeat(50))], TOLD)?.text).toBe(`${'好'.repeat(39)}…`)
  })
})

describe('an amount', () => {
  it.each([['', undefined], [' ', undefined], ['12.5', 1250], ['¥1,200', 120000], ['0', 0], ['19.99', 1999], ['-1', null], ['1.234', null], ['十元', null], ['123456789', null]])('%s', (text, fen) => {
    expect(fenOf(text)).toBe(fen)
  })
})
