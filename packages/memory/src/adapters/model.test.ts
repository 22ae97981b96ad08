import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertConsistent } from '../../test/assert-consistent.ts'
import { NOW } from '../../test/memories.ts'
import { type Act, acts, createModel } from '../../test/memory-model.ts'
import { createEmbeddedMemoryStore, maintainAgent, type Memory } from '../index.ts'

const AGENTS = ['a', 'a.b']

function setup(embedded: EmbeddedStore) {
  let time = NOW
  const clock = () => time
  const store = createEmbeddedMemoryStore(embedded, { clock })
  const saved: Memory[] = []
  const memoryId = (pick: number): string => saved[pick % saved.length]?.id ?? 'none'

  /** Does one act; answers in the words of the model: memories by their number. */
  async function perform(act: Act): Promise<string> {
    switch (act.type) {
      case 'pass':
        time += act.ms
        return ''
      case 'save': {
        const { agentId, kind, content, source } = act
        const { type, memory } = await store.save({ agentId, kind, content, source: { type: 'run', id: source } })
        if (type === 'created') saved.push(memory)
        return `${type} ${saved.findIndex(({ id }) => id === memory.id)}`
      }
      case 'update': {
        const condition = act.isConditional ? { version: saved[act.pick % saved.length]?.version } : {}
        return (await store.update(memoryId(act.pick), act.changes, condition)).type
      }
      case 'delete':
      case 'restore':
        return (await store[act.type](memoryId(act.pick))).type
      case 'erase':
        return String(await store.erase(memoryId(act.pick)))
      case 'touch':
        for (const agentId of AGENTS) await store.touch(agentId, [memoryId(act.pick)])
        return ''
      case 'associate':
      case 'dissociate': {
        const edge = { from: memoryId(act.pick), to: memoryId(act.other), kind: 'related-to' } as const
        if (saved.length === 0 || edge.from === edge.to) return 'none'
        if (act.type === 'dissociate') return String(await store.dissociate(edge))
        return (await store.associate({ ...edge, weight: act.weight })).type
      }
      case 'maintain': {
        const { pruned, merged, purged, skipped } = await maintainAgent(store, act.agentId, { clock })
        expect(skipped).toBe(0)
        return [pruned, merged, purged].join(' ')
      }
      case 'delete-agent':
        return String(await store.deleteAgent(act.agentId))
      default:
        return act satisfies never
    }
  }

  async function portray(): Promise<{ memories: string[]; edges: string[] }> {
    const found = await Promise.all(saved.map(({ id }) => store.get(id, { deleted: true })))
    const edges = await Promise.all(saved.map(({ id }) => store.associationsOf(id)))
    const numberOf = (id: string): number => saved.findIndex((memory) => memory.id === id)
    return {
      memories: found.map((memory) => (memory === undefined ? 'removed' : portrayMemory(memory))),
      edges: [
        ...new Set(
          edges.flat().map(({ from, to, weight }) => {
            const ends = [numberOf(from), numberOf(to)].toSorted((one, other) => one - other)
            return [...ends, weight].join(' ')
          }),
        ),
      ].toSorted(),
    }
  }

  return { store, perform, portray }
}

function portrayMemory(memory: Memory): string {
  const { kind, content, importance, isPinned, provenance, accessCount, lastAccessedAt, deletion } = memory
  const sources = provenance.map(({ id }) => id).toSorted()
  return JSON.stringify([
    kind,
    content,
    importance,
    isPinned,
    sources,
    accessCount,
    lastAccessedAt,
    deletion?.type ?? 'there',
  ])
}

async function assertLikeModel(embedded: EmbeddedStore, all: readonly Act[]): Promise<void> {
  const { store, perform, portray } = setup(embedded)
  const model = createModel()
  for (const act of all) {
    const before = await Promise.all(AGENTS.map((agentId) => store.version(agentId)))
    const known = AGENTS.map((agentId) => model.knowledge(agentId))
    expect({ act, answer: await perform(act) }).toEqual({ act, answer: model.perform(act) })
    for (const [index, agentId] of AGENTS.entries()) {
      const [was, is] = [before[index] ?? 0, await store.version(agentId)]
      expect(Math.sign(is - was), 'the version rises exactly when knowledge changes').toBe(
        Math.sign(model.knowledge(agentId) - (known[index] ?? 0)),
      )
    }
  }
  expect(await portray()).toEqual({ memories: model.memories(), edges: model.edges() })
  await assertConsistent(embedded)
}

test('does in memory what the simple model does, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { maxLength: 60, size: 'max' }), async (all) => {
      await assertLikeModel(createMemoryStore(), all)
    }),
    { numRuns: 250, seed: 20_260 },
  )
})

test('does on disk what the simple model does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { maxLength: 40, size: 'max' }), async (all) => {
      const folder = await mkdtemp(join(tmpdir(), 'agentic-memory-model-'))
      const embedded = await openLevelStore(folder)
      try {
        await assertLikeModel(embedded, all)
      } finally {
        await embedded.close()
        await rm(folder, { recursive: true })
      }
    }),
    { numRuns: 10, seed: 20_261 },
  )
})

test('stays whole however callers overlap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(acts, { maxLength: 12 }), { maxLength: 6 }), async (rounds) => {
      const embedded = createMemoryStore()
      const { store, perform } = setup(embedded)
      // A plan that is overtaken is skipped, not wrong.
      const performLoosely = (act: Act) =>
        act.type === 'maintain' ? maintainAgent(store, act.agentId, { clock: () => NOW }) : perform(act)
      for (const round of rounds) {
        await Promise.all(round.map(performLoosely))
        await assertConsistent(embedded)
      }
    }),
    { numRuns: 100, seed: 20_262 },
  )
})
