import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

const { signal } = new AbortController()

test('no more than the count work at a time, and the rest in the order that they came', async () => {
  const slots = createSlots(2)
  const entered: string[] = []
  const enter = async (name: string) => {
    const leave = await slots.enter(signal)
    entered.push(name)
    return leave
  }
  const leaveFirst = await enter('first')
  const second = enter('second')
  const third = enter('third')
  const fourth = enter('fourth')
  await second
  expect(entered).toEqual(['first', 'second'])
  leaveFirst()
  leaveFirst()
  const leaveThird = await third
  expect(entered).toEqual(['first', 'second', 'third'])
  leaveThird()
  await fourth
})

test('who is aborted while waiting takes no slot', async () => {
  const slots = createSlots(1)
  const leave = await slots.enter(signal)
  const impatient = new AbortController()
  const waiting = slots.enter(impatient.signal)
  impatient.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  leave()
  expect(await slots.enter(signal)).toBeTypeOf('function')
})

test('who is aborted already does not enter', async () => {
  await expect(createSlots(1).enter(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})
