import { createMemoryStore } from '@agentic/embedded-store'
import { expect, test } from 'vitest'
import { createAgentMemory } from './agent-memory.ts'

function setup() {
  const memory = createAgentMemory({
    store: createMemoryStore(),
    scrub: async (agentId, text) => text.replaceAll(`secret of ${agentId}`, '[REDACTED]'),
    withAgent: async (_agentId, work) => work({} as never),
  })
  const block = (url: string, type: 'captcha' | 'login-wall' = 'captcha') =>
    memory.noteBlock(
      { agentId: 'a', runId: 'run_1' },
      {
        type: 'blocked',
        block: type === 'captcha' ? { type, provider: 'x' } : { type },
        url,
        evidence: { signals: [] },
      },
    )
  return { memory, block }
}

test('P15 an index is loaded at the first search of an agent that is awake, stays while it is, and is dropped when it sleeps', async () => {
  const { memory } = setup()
  await memory.store.save({ agentId: 'a', kind: 'fact', content: 'The key is under the mat' })
  await memory.whileAwake('a', async () => {
    expect(memory.openAgents).toBe(0)
    expect((await memory.search('a', 'key')).items).toHaveLength(1)
    expect(memory.openAgents).toBe(1)
    await memory.store.save({ agentId: 'a', kind: 'fact', content: 'The key turns left' })
    expect((await memory.search('a', 'key')).items).toHaveLength(2)
  })
  expect(memory.openAgents).toBe(0)
  await expect(
    memory.whileAwake('a', async () => {
      await memory.search('a', 'key')
      throw new Error('the wake failed')
    }),
  ).rejects.toThrow('the wake failed')
  expect(memory.openAgents).toBe(0)
  expect((await memory.search('a', 'key')).items).toHaveLength(2)
  expect(memory.openAgents).toBe(0)
})

test('P3 takes secrets out of what is saved and of what is changed', async () => {
  const { memory } = setup()
  const saved = await memory.store.save({ agentId: 'a', kind: 'fact', content: 'it is secret of a' })
  expect(saved.memory.content).toBe('it is [REDACTED]')
  expect(await memory.store.update(saved.memory.id, { content: 'now secret of a' })).toMatchObject({
    memory: { content: 'now [REDACTED]' },
  })
})

test('a site that blocks otherwise than before is the same memory, said anew; what has no site is none', async () => {
  const { memory, block } = setup()
  await block('https://one.example/x')
  await block('https://one.example/y', 'login-wall')
  await block('https://two.example')
  await block('about:blank')
  await block('no address')
  const { items } = await memory.store.list('a')
  expect(items.map(({ content }) => content).toSorted()).toEqual([
    'https://one.example stopped a run: login-wall. A person had to be asked.',
    'https://two.example stopped a run: captcha. A person had to be asked.',
  ])
})
