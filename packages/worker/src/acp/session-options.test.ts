import * as v from 'valibot'
import { expect, test } from 'vitest'
import { changesOf, sessionSchema } from './session-options.ts'

const modes = { currentModeId: 'ask', availableModes: [{ id: 'ask' }, { id: 'code' }] }
const select = { type: 'select', name: '', currentValue: 'a', options: [{ value: 'a' }, { value: 'b' }] }
const wanted = { mode: undefined, model: undefined, options: {} }

test('what is so already is not asked for again', () => {
  const state = v.parse(sessionSchema, { modes, configOptions: [{ ...select, id: 'm', category: 'model' }] })
  expect(changesOf({ ...wanted, mode: 'ask', model: 'a' }, state)).toEqual([])
})

test('a mode is an option where the agent has it as one', () => {
  const state = v.parse(sessionSchema, { modes, configOptions: [{ ...select, id: 'x', category: 'mode' }] })
  expect(changesOf({ ...wanted, mode: 'b' }, state)).toEqual([{ type: 'option', configId: 'x', value: 'b' }])
})

test('a session that says of itself what is not understood has no options', () => {
  const state = v.parse(sessionSchema, { modes: 7, configOptions: [{ id: 1 }] })
  expect(state).toEqual({ modes: undefined, configOptions: undefined })
  expect(() => changesOf({ ...wanted, mode: 'code' }, state)).toThrow(/does not know "code": it offers none/)
})

test.for([
  [{ model: 'c' }, 'worker.model: the agent does not know "c": it offers a, b'],
  [{ options: { fast: 'yes' } }, 'worker.options.fast: the agent does not know "yes": it offers true, false'],
  [{ options: { slow: true } }, 'worker.options.slow: the agent does not know "true": it offers m, fast'],
  [{ options: { m: true } }, 'worker.options.m: the agent does not know "true": it offers a, b'],
] as const)('P20 %o is refused, with what there is', ([given, message]) => {
  const configOptions = [
    { ...select, id: 'm', category: 'model' },
    { type: 'boolean', id: 'fast', name: '', currentValue: false },
  ]
  expect(() => changesOf({ ...wanted, ...given }, v.parse(sessionSchema, { configOptions }))).toThrow(
    expect.objectContaining({ code: 'ACP_OPTION_UNKNOWN', message }) as Error,
  )
})
