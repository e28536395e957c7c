import { expect, it } from 'vitest'
import { mayDo } from './may'

const RIGHTS = ['claim', 'transfer', 'close', 'unmask', 'correct_label', 'reopen', 'whisper']
const agent = { id: 's3', role: 'agent', groups: ['returns_refunds'] }
const boss = { id: 's1', role: 'supervisor', groups: [] }
const mine = { agent: 's3', group: 'reception' }
const ours = { agent: 's4', group: 'returns_refunds' }
const theirs = { agent: 's4', group: 'reception' }

it('an agent deals with the own tickets, and with the label of the whole group', () => {
  expect([mine, ours, theirs, null].map((row) => mayDo('close', row, agent, RIGHTS))).toEqual([true, false, false, false])
  expect([mine, ours, theirs, null].map((row) => mayDo('unmask', row, agent, RIGHTS))).toEqual([true, false, false, false])
  expect([mine, ours, theirs, null].map((row) => mayDo('correct_label', row, agent, RIGHTS))).toEqual([true, true, false, false])
})

it("handing on another's ticket is reassigning", () => {
  expect([mine, ours].map((row) => mayDo('transfer', row, agent, RIGHTS))).toEqual([true, false])
  expect(mayDo('transfer', ours, boss, [...RIGHTS, 'reassign'])).toBe(true)
  expect(mayDo('transfer', ours, boss, RIGHTS)).toBe(false)
})

it('a supervisor deals with every ticket, and takes over from the bot', () => {
  const rights = [...RIGHTS, 'take_over']
  expect([mine, ours, theirs, null].map((row) => mayDo('close', row, boss, rights))).toEqual([true, true, true, false])
  expect(mayDo('take_over', null, boss, rights)).toBe(true)
})

it('nobody does what is not among the rights, and nobody signed in does nothing', () => {
  expect(mayDo('take_over', mine, agent, RIGHTS)).toBe(false)
  expect(mayDo('close', mine, null, RIGHTS)).toBe(false)
})
