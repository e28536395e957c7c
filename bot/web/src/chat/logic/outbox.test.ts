import { describe, expect, it } from 'vitest'
import { MemoryStore } from '../../shared/storage'
import { frameOf, nextToSend, Outbox, passes, stateOf, waitMs, type Body } from './outbox'
import { entry } from './samples'

const image = (...names: (string | null)[]): Body => ({ type: 'image', text: '', pictures: names.map((name, at) => ({ id: `p${at}`, name })) })

describe('Outbox', () => {
  it('gives back after a reload what was put in, in the order of writing', () => {
    const store = new MemoryStore()
    const box = new Outbox(store, 'buyer:b1')
    box.put(entry('later', undefined, { at: 20 }))
    box.put(entry('first', undefined, { at: 10 }))
    const again = new Outbox(store, 'buyer:b1')
    expect(again.entries().map(({ client_id }) => client_id)).toEqual(['first', 'later'])
    again.remove('first')
    expect(box.entries().map(({ client_id }) => client_id)).toEqual(['later'])
  })

  it('keeps the words of different people apart', () => {
    const store = new MemoryStore()
    new Outbox(store, 'buyer:b1').put(entry('a'))
    expect(new Outbox(store, 'buyer:b10').entries()).toEqual([])
    expect(new Outbox(store, 'anonymous').entries()).toEqual([])
  })

  it('two tabs writing at the same time lose nothing', () => {
    const store = new MemoryStore()
    const [one, two] = [new Outbox(store, 'x'), new Outbox(store, 'x')]
    one.put(entry('a', undefined, { at: 1 }))
    two.put(entry('b', undefined, { at: 2 }))
    one.put(entry('c', undefined, { at: 3 }))
    expect(two.entries().map(({ client_id }) => client_id)).toEqual(['a', 'b', 'c'])
  })

  it('passes over what is none of ours', () => {
    const store = new MemoryStore()
    store.set('qiantai:out:x:bad', '{')
    store.set('qiantai:out:x:odd', '{"client_id":3}')
    const box = new Outbox(store, 'x')
    expect(box.entries()).toEqual([])
    expect(box.owns('qiantai:out:x:bad')).toBe(true)
    expect(box.owns('qiantai:out:y:bad')).toBe(false)
  })
})

describe('nextToSend', () => {
  it('is the first that is neither refused nor there already', () => {
    const refused = entry('a', undefined, { failure: { code: 'bad_input', error: '' } })
    expect(nextToSend([refused, entry('b', undefined, { sent: true }), entry('c'), entry('d')])?.client_id).toBe('c')
    expect(nextToSend([refused])).toBeNull()
  })

  it('does not send pictures before all of them are uploaded, nor hold words back for them', () => {
    expect(nextToSend([entry('pictures', image('a.jpg', null)), entry('words')])?.client_id).toBe('words')
    expect(nextToSend([entry('pictures', image('a.jpg', 'b.jpg')), entry('words')])?.client_id).toBe('pictures')
  })
})

it('waits without a network, whatever else holds it up, and never seems to be sending then', () => {
  const states = (line: { paused: boolean; open: boolean }) =>
    [entry('a'), entry('b', undefined, { sent: true }), entry('c', undefined, { failure: { code: 'bad_input', error: '' } })].map((one) => stateOf(one, false, line))
  expect(states({ open: true, paused: false })).toEqual(['sending', 'sent', 'failed'])
  expect(states({ open: true, paused: true })).toEqual(['paused', 'sent', 'failed'])
  expect(states({ open: false, paused: false })).toEqual(['waiting', 'sent', 'failed'])
  expect(states({ open: false, paused: true })).toEqual(['waiting', 'sent', 'failed'])
  expect(stateOf(entry('d', image('a.jpg')), true, { open: false, paused: false })).toBe('failed')
})

it('makes the frames of docs/live.md', () => {
  expect(frameOf(entry('a', { type: 'message', text: 'hi' }))).toEqual({ type: 'message', client_id: 'a', text: 'hi' })
  expect(frameOf(entry('b', image('x.jpg')))).toEqual({ type: 'image', client_id: 'b', images: ['x.jpg'] })
  expect(frameOf(entry('c', { ...image('x.jpg'), text: 'see' } as Body))).toEqual({ type: 'image', client_id: 'c', images: ['x.jpg'], text: 'see' })
  expect(frameOf(entry('d', { type: 'button', title: 'T', payload: 'P' }))).toEqual({ type: 'button', client_id: 'd', title: 'T', payload: 'P' })
})

it('tries again by itself only what may pass, as late as it was told, and ever later', () => {
  expect(['store_down', 'too_many', 'too_long', 'bad_input'].filter(passes)).toEqual(['store_down', 'too_many'])
  expect(waitMs(0, 7)).toBe(7000)
  expect(waitMs(1)).toBeGreaterThan(waitMs(0))
  expect(waitMs(99)).toBe(waitMs(98))
})
