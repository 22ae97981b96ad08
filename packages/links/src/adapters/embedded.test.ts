import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linkStoreRules } from '../conformance.ts'
import type { LinkStore } from '../link-store.ts'
import { createEmbeddedLinkStore } from './embedded.ts'

async function onLevel(): Promise<EmbeddedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-links-'))
  const store = await openLevelStore(folder)
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

describe.for([
  ['in memory', async () => createMemoryStore()],
  ['on disk', onLevel],
] as const)('a link store %s', ([, openStore]) => {
  test.for(linkStoreRules)('$name', async ({ check }) => {
    await using store = await openStore()
    await check(async (conditions) => createEmbeddedLinkStore(store, conditions))
  })
})

const agents = ['a', 'a.b', 'B', 'c']
const agent = fc.constantFrom(...agents)
const step = fc.oneof(
  fc.record({
    type: fc.constant('create' as const),
    from: agent,
    to: agent,
    direction: fc.constantFrom('one-way' as const, 'two-way' as const),
  }),
  fc.record({ type: fc.constant('delete' as const), from: agent, to: agent }),
  fc.record({ type: fc.constant('admit' as const), from: agent, to: agent }),
  fc.record({ type: fc.constant('delete-agent' as const), from: agent }),
)

type Step = typeof step extends fc.Arbitrary<infer Type> ? Type : never

/** The plainest thing that behaves as a link store should. */
function createModel(): (act: Step) => string {
  const links = new Map<string, { readonly from: string; readonly isTwoWay: boolean }>()
  const pairOf = (one: string, other: string): string => [one, other].toSorted().join()
  return (act) => {
    if (act.type === 'delete-agent') {
      const own = [...links.keys()].filter((pair) => pair.split(',').includes(act.from))
      for (const pair of own) links.delete(pair)
      return String(own.length)
    }
    const { from, to } = act
    const pair = pairOf(from, to)
    const link = links.get(pair)
    if (act.type === 'delete') return String(links.delete(pair))
    if (act.type === 'admit') {
      if (link === undefined) return 'no-link'
      return link.isTwoWay || link.from === from ? 'admitted' : 'wrong-direction'
    }
    if (from === to) return 'refused'
    if (link === undefined) links.set(pair, { from, isTwoWay: act.direction === 'two-way' })
    return link === undefined ? 'created' : 'taken'
  }
}

async function perform(store: LinkStore, act: Step): Promise<string> {
  switch (act.type) {
    case 'create':
      return store.create({ from: act.from, to: act.to, direction: act.direction }).then(
        ({ type }) => type,
        () => 'refused',
      )
    case 'delete':
      return String(await store.delete(act.from, act.to))
    case 'admit':
      return (await store.admit(act.from, act.to)).type
    case 'delete-agent':
      return String(await store.deleteAgent(act.from))
    default:
      return act satisfies never
  }
}

test('P6 keeps to a simple model, and leaves nothing of agents that are deleted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const ground = createMemoryStore()
      const store = createEmbeddedLinkStore(ground, { clock: () => 1 })
      const model = createModel()
      for (const act of steps) expect({ act, answer: await perform(store, act) }).toEqual({ act, answer: model(act) })
      for (const id of agents) await store.deleteAgent(id)
      expect(await ground.keys({})).toEqual([])
    }),
    { numRuns: 150, seed: 20_261 },
  )
})
