import { describe, expect, test } from 'vitest'
import { planOf } from './agent-plan.ts'
import { type AgentSpec, agentSpecSchema } from './agent-spec.ts'
import { type ModelSettings, modelSettingsSchema } from './model-settings.ts'
import * as v from 'valibot'

const local: ModelSettings = {
  provider: 'openai-compatible',
  model: 'qwen',
  baseUrl: 'http://127.0.0.1:11434/v1',
  contextTokens: 32_000,
}
const large: ModelSettings = { provider: 'anthropic', model: 'claude', apiKeySecret: 'ANTHROPIC_KEY' }
const host = { models: { local, large }, defaultModel: 'local' }
const spec: AgentSpec = { type: 'agent', prompt: 'x' }

describe('the model of a run', () => {
  test.for([
    ["the host's", {}, undefined, local],
    ["the agent's, by its name", {}, { model: 'large' }, large],
    ["the agent's own", {}, { model: { ...local, model: 'own' } }, { ...local, model: 'own' }],
    ["the task's, by its name", { model: 'large' }, { model: 'local' }, large],
    [
      "another of the agent's provider, by that's name: what is known of the first is not true of it",
      { model: 'claude-small' },
      { model: 'large' },
      { ...large, model: 'claude-small' },
    ],
  ] as const)('is %s', ([, said, settings, model]) => {
    expect(planOf({ ...spec, ...said }, settings, host).model).toEqual(model)
  })

  test('is not there when nobody names one', () => {
    expect(() => planOf(spec, undefined, {})).toThrow(expect.objectContaining({ code: 'MODEL_MISSING' }) as Error)
    expect(() => planOf(spec, { model: 'toString' }, { models: { local } })).toThrow(
      'there is no model "toString": use one of local',
    )
  })
})

test('a budget is lowered by agent and task, and raised by neither', () => {
  const limited = { ...host, budget: { segments: 5, tokens: 1000 } }
  const settings = { budget: { segments: 9, costUsd: 2 } }
  expect(planOf({ ...spec, budget: { segments: 3, tokens: 5000 } }, settings, limited).budget).toEqual({
    segments: 3,
    turnsPerSegment: 15,
    tokens: 1000,
    costUsd: 2,
  })
})

test('a tool may be used when neither agent nor task leaves it out', () => {
  expect(planOf(spec, undefined, host).tools).toBeUndefined()
  expect(planOf({ ...spec, tools: ['shell', 'ask'] }, undefined, host).tools).toEqual(new Set(['shell', 'ask']))
  expect(planOf({ ...spec, tools: ['shell', 'ask'] }, { tools: ['ask', 'list_files'] }, host).tools).toEqual(
    new Set(['ask']),
  )
})

test.for([
  [{ ...local, baseUrl: undefined }, 'must be given for the provider openai-compatible'],
  [{ ...local, baseUrl: 'https://user:key@host/v1' }, 'without a user or password in it'],
  [{ ...local, baseUrl: 'file:///etc/passwd' }, 'must be an http or https address'],
  [{ ...large, apiKeySecret: 'sk-ant-12345' }, 'must be the name of a system secret, never its value'],
  [{ ...large, apiKey: 'sk-ant-12345' }, 'is not known here'],
  [{ ...large, provider: 'cohere' }, 'must be openai-compatible, anthropic or openai'],
] as const)('settings of a model %o are refused', ([settings, message]) => {
  const { issues } = v.safeParse(modelSettingsSchema, settings)
  expect(issues?.[0]?.message).toContain(message)
})

test('a schema nested too deep to be read is refused', () => {
  let outputSchema: object = { type: 'object' }
  for (let depth = 0; depth < 20_000; depth++) outputSchema = { type: 'object', properties: outputSchema }
  expect(v.is(agentSpecSchema, { ...spec, outputSchema })).toBe(false)
})
