import { describe, expect, it } from 'vitest'
import { agentOwns, botOwns, closed, entry, mine, promise, rated, said, turn } from './samples'
import { itemsOf, type Bubble, type Item } from './view'

const bubbles = (items: Item[]): Bubble[] => items.filter((item): item is Bubble => item.kind === 'bubble')
const kinds = (items: Item[]): string[] => items.map(({ kind }) => kind)

describe('bubbles', () => {
  it('stand in groups by who speaks, and a pause puts the time between them', () => {
    const items = itemsOf([mine(1), said(2), said(3), said(400)], [])
    expect(kinds(items)).toEqual(['divider', 'bubble', 'bubble', 'bubble', 'divider', 'bubble'])
    expect(bubbles(items).map(({ first }) => first)).toEqual([true, true, false, true])
  })

  it('of two agents are two groups', () => {
    const items = itemsOf([said(1, { from: 'agent', name: '小林' }), said(2, { from: 'agent', name: '小周' })], [])
    expect(bubbles(items).map(({ first, name }) => [first, name])).toEqual([[true, '小林'], [true, '小周']])
  })

  it('show what was tapped, not what it stands for; and no words where there are only pictures', () => {
    const items = bubbles(itemsOf([mine(1, { title: '保温杯（尾号3313）', text: '512765' }), mine(2, { text: '[图片]', images: ['/uploads/a.jpg'] })], []))
    expect(items.map(({ text }) => text)).toEqual(['保温杯（尾号3313）', ''])
  })
})

describe('the outbox', () => {
  it('stands at the end until the log has the message, and never beside it', () => {
    expect(bubbles(itemsOf([mine(1)], [entry('x')])).map(({ key }) => key)).toEqual(['mc1', 'mx'])
    expect(bubbles(itemsOf([mine(1, { client_id: 'x' })], [entry('x')])).map(({ key, entry: waits }) => [key, waits])).toEqual([['mx', null]])
  })

  it('keeps its bubble when the event comes: the key is the same', () => {
    const before = bubbles(itemsOf([], [entry('x')]))[0]!.key
    expect(bubbles(itemsOf([mine(5, { client_id: 'x' })], []))[0]!.key).toBe(before)
  })

  it('shows no bubble for a rating', () => {
    expect(itemsOf([], [entry('r', { type: 'rate', good: true, reasons: [], words: '' })])).toEqual([])
  })
})

describe('buttons', () => {
  const asks = said(2, { buttons: [['杯子', 'o1'], ['书', 'o2']] })

  it('answer until the customer says something else', () => {
    expect(bubbles(itemsOf([mine(1), asks], []))[1]!.live).toBe(true)
    expect(bubbles(itemsOf([mine(1), asks], [entry('x')]))[1]!.live).toBe(false)
    const later = bubbles(itemsOf([mine(1), asks, mine(3)], []))[1]!
    expect([later.live, later.chosen]).toEqual([false, null])
  })

  it('remember which one it was', () => {
    expect(bubbles(itemsOf([asks, mine(3, { title: '书', text: 'o2' })], []))[0]!.chosen).toBe('o2')
  })
})

describe("a person's plan", () => {
  const plan = said(2, { from: 'agent', name: '小林', buttons: [['同意', '同意方案 T1#1'], ['不同意', '不同意方案 T1#1']] })
  const shown = (events: Parameters<typeof itemsOf>[0], entries: Parameters<typeof itemsOf>[1] = []) => {
    const found = bubbles(itemsOf(events, entries)).find(({ key }) => key === 's2')!
    return [found.live, found.chosen]
  }

  it('may be answered after other words, until it was', () => {
    expect(shown([plan])).toEqual([true, null])
    expect(shown([plan, mine(3), said(4, { from: 'agent', name: '小林' })])).toEqual([true, null])
    expect(shown([plan, mine(3), mine(4, { title: '同意', text: '同意方案 T1#1' })])).toEqual([false, '同意方案 T1#1'])
  })

  it('waits no more while an answer is on its way, after a newer plan, and after the end', () => {
    expect(shown([plan], [entry('x')])).toEqual([true, null])
    expect(shown([plan], [entry('x', { type: 'button', title: '同意', payload: '同意方案 T1#1' })])).toEqual([false, null])
    expect(shown([plan, said(3, { from: 'agent', name: '小林', buttons: [['同意', '同意方案 T1#2']] })])).toEqual([false, null])
    expect(shown([plan, closed(3)])).toEqual([false, null])
  })
})

describe('what else happened', () => {
  it('an agent came and gave back; turns are not shown', () => {
    expect(kinds(itemsOf([turn(1, []), botOwns(2), agentOwns(3), botOwns(4)], []))).toEqual(['joined', 'back'])
  })

  it('a promise stands where it was last spoken of', () => {
    const items = itemsOf([promise(1, 'p', false), said(2), promise(3, 'p', true)], [])
    expect(kinds(items)).toEqual(['divider', 'bubble', 'promise'])
  })

  it('only the last end can be rated, however it went on', () => {
    const ended = (items: Item[]) => items.flatMap((item) => (item.kind === 'ended' ? [[item.rateable, item.rated?.no ?? null]] : []))
    expect(ended(itemsOf([closed(1), rated(2, false), rated(3, true), closed(5)], []))).toEqual([[false, 3], [true, null]])
    const ofBot = { ...rated(6, false), of: 'bot' as const }
    expect(ended(itemsOf([closed(5), ofBot], []))).toEqual([[true, null]])
    expect(ended(itemsOf([closed(1), agentOwns(2)], []))).toEqual([[true, null]])
  })
})
