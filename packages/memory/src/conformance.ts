import assert from 'node:assert/strict'
import { planMaintenance } from './maintenance/plan.ts'
import { type Memory, MEMORY_KINDS, type MemoryKind, type MemorySource } from './memory.ts'
import type { MemoryStore, NewMemory } from './memory-store.ts'

/** What a rule decides about the store that it is given. */
export interface MemoryStoreConditions {
  /** The only time there is, in milliseconds; it moves when the rule moves it. */
  readonly clock: () => number
  /** Most memories of one agent. */
  readonly mostMemories: number
}

/** Opens a new and empty store under these conditions. Closing it is the test's affair. */
export type OpenMemoryStore = (conditions: MemoryStoreConditions) => Promise<MemoryStore>

/** A promise that every adapter keeps; `check` rejects when it is broken. */
export interface MemoryStoreRule {
  readonly name: string
  readonly check: (open: OpenMemoryStore) => Promise<void>
}

interface Scene {
  readonly store: MemoryStore
  readonly pass: (ms: number) => void
  readonly now: () => number
  readonly save: (content: string, fields?: Partial<NewMemory>) => Promise<Memory>
  /** Fails unless the agent's knowledge version rises while this runs. */
  readonly rises: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Fails unless it stays while this runs. */
  readonly stays: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Ids of what the agent remembers, newest first. */
  readonly ids: (agentId?: string) => Promise<string[]>
}

const AGENT = 'agent-1'
const OTHER = 'agent-2'
const START = 1_700_000_000_000
const DAY_MS = 86_400_000
const MOST_MEMORIES = 400
const NOBODY = 'mem_000000000000000000000000'
const run = (id: string): MemorySource => ({ type: 'run', id })

const refused: readonly (readonly [string, object])[] = [
  ['agentId', { agentId: '' }],
  ['agentId', { agentId: 'a/b' }],
  ['agentId', { agentId: 'a\0b' }],
  ['kind', { kind: 'rumour' }],
  ['content', { content: '' }],
  ['content', { content: ' \n ' }],
  ['content', { content: 'x'.repeat(8001) }],
  ['content', { content: '\ud800' }],
  ['content', { content: 7 }],
  ['importance', { importance: 1.1 }],
  ['importance', { importance: -0.1 }],
  ['importance', { importance: Number.NaN }],
  ['isPinned', { isPinned: 1 }],
  ['source.type', { source: { type: 'dream', id: 'x' } }],
  ['source.id', { source: { type: 'run', id: '' } }],
  ['sauce', { sauce: 'x' }],
]

/** What every {@link MemoryStore} keeps, whatever it is made of. */
export const memoryStoreRules: readonly MemoryStoreRule[] = [
  rule('gives a memory back as it was saved', async ({ store, now }) => {
    const { type, memory } = await store.save({ agentId: AGENT, kind: 'fact', content: ' Paris ', source: run('r1') })
    assert.equal(type, 'created')
    assert.deepEqual(memory, {
      id: memory.id,
      agentId: AGENT,
      kind: 'fact',
      content: ' Paris ',
      importance: 0.6,
      isPinned: false,
      provenance: [{ type: 'run', id: 'r1', at: now() }],
      version: memory.version,
      createdAt: now(),
      updatedAt: now(),
      lastAccessedAt: now(),
      accessCount: 0,
    })
    assert.deepEqual(await store.get(memory.id), memory)
    assert.equal(await store.version(AGENT), memory.version)
  }),

  rule('takes the importance of the kind when none is given', async ({ save }) => {
    const importances: Record<string, number> = {}
    for (const kind of MEMORY_KINDS) importances[kind] = (await save(kind, { kind })).importance
    assert.deepEqual(importances, {
      fact: 0.6,
      preference: 0.7,
      decision: 0.8,
      identity: 1,
      event: 0.4,
      observation: 0.3,
      goal: 0.9,
      todo: 0.8,
    })
    assert.equal((await save('x', { importance: 0 })).importance, 0)
  }),

  rule('P20 refuses a bad memory, names every wrong field, and keeps nothing', async ({ store, save, ids }) => {
    for (const [field, fields] of refused) await assert.rejects(save('x', fields), invalid(field))
    await assert.rejects(save('', { agentId: '', importance: 2 }), /agentId: .*; content: .*; importance: /)
    assert.deepEqual(await ids(), [])
    assert.equal(await store.version(AGENT), 0)
  }),

  rule('P20 refuses bad changes, conditions, pages, associations and vectors', async ({ store, save, stays }) => {
    const { id } = await save('a')
    const other = await save('b')
    await stays(async () => {
      await assert.rejects(store.update(id, { content: ' ' }), invalid('content'))
      await assert.rejects(store.update(id, { kind: 'x' as MemoryKind }), invalid('kind'))
      await assert.rejects(store.update(id, { id: 'x' } as object), invalid('id'))
      await assert.rejects(store.update(id, { content: 'b' }, { version: 0.5 }), invalid('version'))
      await assert.rejects(store.delete(id, { reason: 'x'.repeat(2001) }), invalid('reason'))
      await assert.rejects(store.list('a b'), invalid('agentId'))
      await assert.rejects(store.list(AGENT, { limit: 0 }), invalid('limit'))
      await assert.rejects(store.list(AGENT, { limit: 501 }), invalid('limit'))
      await assert.rejects(store.list(AGENT, { cursor: '\0' }), invalid('cursor'))
      await assert.rejects(store.list(AGENT, { kind: 'x' as MemoryKind }), invalid('kind'))
      await assert.rejects(store.changes(AGENT, { after: -1 }), invalid('after'))
      await assert.rejects(store.touch(AGENT, Array.from({ length: 101 }, String)), invalid('memoryIds'))
      const edge = { from: id, to: other.id, kind: 'updates' as const }
      await assert.rejects(store.associate({ ...edge, to: id }), invalid('to'))
      await assert.rejects(store.associate({ ...edge, to: 'x' }), invalid('to'))
      for (const weight of [0, -1, 1.1, Number.NaN]) {
        await assert.rejects(store.associate({ ...edge, weight }), invalid('weight'))
      }
      const vector = { memoryId: id, content: 'a', values: Float32Array.of(Number.NaN) }
      await assert.rejects(store.putVectors(AGENT, 'm', [vector]), invalid('vectors.0.values'))
      await assert.rejects(store.putVectors(AGENT, '', []), invalid('model'))
    })
    assert.equal((await store.get(id))?.content, 'a')
  }),

  rule('answers what is not there with nothing', async ({ store }) => {
    for (const id of [NOBODY, 'no id', 'a\0b', '']) {
      assert.equal(await store.get(id), undefined)
      assert.deepEqual(await store.update(id, { content: 'x' }), { type: 'not-found' })
      assert.deepEqual(await store.delete(id), { type: 'not-found' })
      assert.deepEqual(await store.restore(id), { type: 'not-found' })
      assert.equal(await store.erase(id), false)
      assert.deepEqual(await store.associationsOf(id), [])
      await store.touch(AGENT, [id])
    }
    assert.deepEqual(await store.list(AGENT), { items: [] })
    assert.deepEqual(await store.changes(AGENT), [])
    assert.deepEqual(await Array.fromAsync(store.vectors(AGENT, 'm')), [])
    assert.deepEqual(await Array.fromAsync(store.agents()), [])
    assert.equal(await store.version(AGENT), 0)
    assert.equal(await store.readBulletin(AGENT), undefined)
    assert.equal(await store.writeBulletin(AGENT, { text: 'x', version: 0, source: 'rendered' }), false)
    assert.equal(await store.deleteAgent(AGENT), 0)
  }),

  rule('keeps one memory of what is said twice, with both sources', async ({ store, now, pass, save, ids, stays }) => {
    const first = await save('Prefers caf\u00e9', { source: run('r1') })
    const heardAt = now()
    pass(1000)
    const again = await stays(() => store.save({ ...saying(' Prefers cafe\u0301\n'), source: run('r2') }))
    assert.equal(again.type, 'known')
    assert.deepEqual(again.memory, {
      ...first,
      provenance: [...first.provenance, { ...run('r2'), at: heardAt + 1000 }],
      lastAccessedAt: heardAt + 1000,
    })
    assert.deepEqual(await ids(), [first.id])
    assert.notEqual((await save('Prefers caf\u00e9', { kind: 'preference' })).id, first.id)
    assert.notEqual((await save('Prefers caf\u00e9', { agentId: OTHER })).id, first.id)
    assert.notEqual((await save('prefers caf\u00e9')).id, first.id)
  }),

  rule('P19 saves once what is saved again with the same source', async ({ store, save, pass }) => {
    const first = await save('x', { source: run('r1') })
    const same = { ...saying('x'), source: run('r1') }
    const all = await Promise.all([store.save(same), store.save(same)])
    pass(5)
    all.push(await store.save(same))
    for (const { type, memory } of all) {
      assert.equal(type, 'known')
      assert.deepEqual(memory.provenance, first.provenance)
    }
  }),

  rule('makes one memory when many say the same at the same time', async ({ store, ids }) => {
    const all = await Promise.all(Array.from({ length: 8 }, () => store.save(saying('x'))))
    assert.deepEqual(all.map(({ type }) => type).toSorted(), ['created', ...Array<string>(7).fill('known')])
    assert.equal((await ids()).length, 1)
  }),

  rule('names the first source and the newest, never more than 20', async ({ store, save, pass }) => {
    await save('x', { source: run('r0') })
    for (let count = 1; count < 40; count += 1) {
      pass(1)
      await store.save({ ...saying('x'), source: run(`r${count}`) })
    }
    const [memory] = (await store.list(AGENT)).items
    assert.deepEqual(
      memory?.provenance.map(({ id }) => id),
      ['r0', ...Array.from({ length: 19 }, (_, index) => `r${index + 21}`)],
    )
  }),

  rule('lists newest first, a page at a time, each once', async ({ store, save }) => {
    const saved: string[] = []
    for (let count = 0; count < 7; count += 1) saved.push((await save(`${count}`)).id)
    const listed: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.list(AGENT, { limit: 3, cursor })
      listed.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    assert.deepEqual(listed, saved.toReversed())
  }),

  rule('lists one kind, and what is gone apart from what is there', async ({ store, save }) => {
    const goal = await save('a', { kind: 'goal' })
    const fact = await save('b')
    const gone = await save('c')
    await store.delete(gone.id)
    const list = async (options: object) => (await store.list(AGENT, options)).items.map(({ id }) => id)
    assert.deepEqual(await list({}), [fact.id, goal.id])
    assert.deepEqual(await list({ kind: 'goal' }), [goal.id])
    assert.deepEqual(await list({ kind: 'fact' }), [fact.id])
    assert.deepEqual(await list({ deleted: true }), [gone.id])
    assert.deepEqual(await list({ deleted: true, kind: 'goal' }), [])
    await store.update(fact.id, { kind: 'goal' })
    assert.deepEqual(await list({ kind: 'goal' }), [fact.id, goal.id])
    assert.deepEqual(await list({ kind: 'fact' }), [])
  }),

  rule('updates what is named and leaves the rest', async ({ store, save, pass, now, rises }) => {
    const memory = await save('Lives in Paris', { source: run('r1') })
    pass(1000)
    const result = await rises(() => store.update(memory.id, { content: 'Lives in Rome', importance: 0.9 }))
    assert.ok(result.type === 'changed')
    const { version } = result.memory
    const changed = { content: 'Lives in Rome', importance: 0.9, updatedAt: now(), lastAccessedAt: now(), version }
    assert.deepEqual(result.memory, { ...memory, ...changed })
    assert.deepEqual(await store.get(memory.id), result.memory)
    assert.equal((await store.save(saying('Lives in Paris'))).type, 'created')
    assert.equal((await store.save(saying('Lives in Rome'))).type, 'known')
  }),

  rule('lets one of those win who change the same version', async ({ store, save }) => {
    const { id, version } = await save('a')
    const results = await Promise.all(['b', 'c', 'd'].map((content) => store.update(id, { content }, { version })))
    assert.deepEqual(results.map(({ type }) => type).toSorted(), ['changed', 'conflict', 'conflict'])
    const winner = results.find(({ type }) => type === 'changed')
    assert.ok(winner?.type === 'changed')
    assert.deepEqual(await store.get(id), winner.memory)
    assert.equal((await store.delete(id, { version })).type, 'conflict')
    assert.equal((await store.delete(id, { version: winner.memory.version })).type, 'changed')
  }),

  rule('makes no second memory that says the same by an update', async ({ store, save, stays }) => {
    const [one, other] = [await save('a'), await save('b')]
    const result = await stays(() => store.update(other.id, { content: 'a' }))
    assert.deepEqual(result, { type: 'duplicate', memory: one })
    assert.deepEqual(await store.get(other.id), other)
  }),

  rule('deletes softly and takes it back', async ({ store, save, now, ids, rises }) => {
    const memory = await save('a', { kind: 'goal' })
    const gone = await rises(() => store.delete(memory.id, { reason: 'wrong' }))
    assert.ok(gone.type === 'changed')
    assert.deepEqual(gone.memory.deletion, { type: 'requested', at: now(), reason: 'wrong' })
    assert.equal(await store.get(memory.id), undefined)
    assert.deepEqual(await store.get(memory.id, { deleted: true }), gone.memory)
    assert.deepEqual(await ids(), [])
    assert.deepEqual(await store.update(memory.id, { content: 'b' }), { type: 'not-found' })
    assert.deepEqual(await store.delete(memory.id), { type: 'not-found' })
    const back = await rises(() => store.restore(memory.id))
    assert.ok(back.type === 'changed')
    assert.deepEqual(back.memory, { ...memory, version: back.memory.version })
    assert.deepEqual(await store.get(memory.id), back.memory)
  }),

  rule('restores nothing that was said anew meanwhile', async ({ store, save, stays }) => {
    const old = await save('a')
    await store.delete(old.id)
    const fresh = await save('a')
    assert.notEqual(fresh.id, old.id)
    assert.deepEqual(await stays(() => store.restore(old.id)), { type: 'duplicate', memory: fresh })
  }),

  rule('erases for good, there or gone', async ({ store, save, rises, stays }) => {
    const [one, other, third] = [await save('a'), await save('b'), await save('c')]
    await store.associate({ from: one.id, to: third.id, kind: 'updates' })
    await store.delete(other.id)
    assert.equal(await rises(() => store.erase(one.id)), true)
    assert.equal(await stays(() => store.erase(other.id)), true)
    for (const { id } of [one, other]) {
      assert.equal(await store.get(id, { deleted: true }), undefined)
      assert.equal(await store.erase(id), false)
    }
    assert.deepEqual(await store.associationsOf(third.id), [])
    assert.deepEqual((await store.list(AGENT, { deleted: true })).items, [])
    assert.equal((await store.save(saying('a'))).type, 'created')
  }),

  rule('raises the knowledge version when knowledge changes, and not otherwise', async (scene) => {
    const { store, save, pass, rises, stays } = scene
    const memory = await rises(() => save('a'))
    const other = await rises(() => save('b'))
    await rises(() => store.update(memory.id, { importance: 0.1 }))
    await rises(() => store.update(memory.id, { isPinned: true }))
    await rises(() => store.update(memory.id, { kind: 'goal' }))
    await rises(() => store.delete(other.id))
    await rises(() => store.restore(other.id))
    await stays(() => store.update(memory.id, { isPinned: true, kind: 'goal' }))
    await stays(() => store.update(memory.id, {}))
    await stays(() => store.touch(AGENT, [memory.id]))
    await stays(() => store.associate({ from: memory.id, to: other.id, kind: 'updates' }))
    await stays(() => store.putVectors(AGENT, 'm', [{ memoryId: other.id, content: 'b', values: Float32Array.of(1) }]))
    await stays(() => save('c', { agentId: OTHER }))
    pass(365 * DAY_MS)
    await stays(() => store.get(memory.id))
  }),

  rule(
    'counts access without changing knowledge, and of its own memories alone',
    async ({ store, save, pass, now }) => {
      const memory = await save('a')
      const foreign = await save('a', { agentId: OTHER })
      pass(1000)
      await store.touch(AGENT, [memory.id, memory.id, foreign.id, NOBODY])
      assert.deepEqual(await store.get(memory.id), { ...memory, accessCount: 1, lastAccessedAt: now() })
      assert.deepEqual(await store.get(foreign.id), foreign)
    },
  ),

  rule('tells what changed since a version, in order, each once, also what is gone', async ({ store, save }) => {
    const saved = []
    for (let count = 0; count < 5; count += 1) saved.push(await save(`${count}`))
    const ids = async (options: object) => (await store.changes(AGENT, options)).map(({ id }) => id)
    const [a, b, c, d, e] = saved.map(({ id }) => id) as [string, string, string, string, string]
    const version = await store.version(AGENT)
    assert.deepEqual(await ids({}), [a, b, c, d, e])
    assert.deepEqual(await ids({ limit: 2 }), [a, b])
    assert.deepEqual(await ids({ after: saved[1]?.version }), [c, d, e])
    assert.deepEqual(await ids({ after: version }), [])
    await store.update(b, { content: 'new' })
    await store.delete(d)
    await store.touch(AGENT, [a])
    assert.deepEqual(await ids({ after: version }), [b, d])
    assert.deepEqual(await ids({}), [a, c, e, b, d])
    assert.equal((await store.changes(AGENT)).at(-1)?.deletion?.type, 'requested')
  }),

  rule('associates memories of one agent, from both ends', async ({ store, save }) => {
    const [a, b, c] = [await save('a'), await save('b'), await save('c')]
    const directed = { from: b.id, to: a.id, kind: 'updates', weight: 0.9 } as const
    assert.deepEqual(await store.associate(directed), { type: 'associated', association: directed })
    await store.associate({ from: c.id, to: b.id, kind: 'related-to' })
    const symmetric = { from: b.id, to: c.id, kind: 'related-to', weight: 0.5 } as const
    assert.deepEqual(await store.associationsOf(b.id), [directed, symmetric])
    assert.deepEqual(await store.associationsOf(a.id), [directed])
    await store.associate({ from: b.id, to: c.id, kind: 'related-to', weight: 1 })
    assert.deepEqual(await store.associationsOf(c.id), [{ ...symmetric, weight: 1 }])
    assert.equal(await store.dissociate({ from: c.id, to: b.id, kind: 'related-to' }), true)
    assert.equal(await store.dissociate({ from: a.id, to: b.id, kind: 'updates' }), false)
    assert.deepEqual(await store.associationsOf(c.id), [])
    assert.deepEqual(await store.associationsOf(b.id), [directed])
  }),

  rule('P7 never associates with a memory of another agent', async ({ store, save }) => {
    const own = await save('a')
    const foreign = await save('b', { agentId: OTHER })
    const edge = { kind: 'related-to' as const }
    const there = await store.associate({ ...edge, from: own.id, to: foreign.id })
    const back = await store.associate({ ...edge, from: foreign.id, to: own.id })
    assert.deepEqual(there, { type: 'not-found', memoryId: foreign.id })
    assert.deepEqual(back, { type: 'not-found', memoryId: own.id })
    assert.deepEqual(await store.associate({ ...edge, from: NOBODY, to: own.id }), {
      type: 'not-found',
      memoryId: NOBODY,
    })
    assert.deepEqual([await store.associationsOf(own.id), await store.associationsOf(foreign.id)], [[], []])
  }),

  rule('shows no association with what is gone, and shows it again when it is back', async ({ store, save }) => {
    const [a, b] = [await save('a'), await save('b')]
    await store.associate({ from: a.id, to: b.id, kind: 'part-of' })
    await store.delete(b.id)
    assert.deepEqual([await store.associationsOf(a.id), await store.associationsOf(b.id)], [[], []])
    assert.equal((await store.associate({ from: a.id, to: b.id, kind: 'updates' })).type, 'not-found')
    await store.restore(b.id)
    assert.equal((await store.associationsOf(a.id)).length, 1)
  }),

  rule('keeps the 50 strongest associations of a memory', async ({ store, save }) => {
    const hub = await save('hub')
    for (let count = 1; count <= 50; count += 1) {
      const { id } = await save(`${count}`)
      await store.associate({ from: hub.id, to: id, kind: 'related-to', weight: 0.2 + count / 100 })
    }
    const [weak, strong] = [await save('weak'), await save('strong')]
    const edge = { from: hub.id, kind: 'related-to' as const }
    const refusal = await store.associate({ ...edge, to: weak.id, weight: 0.1 })
    assert.deepEqual(refusal, { type: 'full', memoryId: hub.id })
    assert.equal((await store.associate({ ...edge, to: strong.id, weight: 1 })).type, 'associated')
    const kept = await store.associationsOf(hub.id)
    assert.equal(kept.length, 50)
    assert.deepEqual([kept[0]?.weight, kept.at(-1)?.weight], [1, 0.22])
  }),

  rule('keeps a vector of what a memory says, of one model, until it says something else', async ({ store, save }) => {
    const [a, b] = [await save('a'), await save('b')]
    const put = (memory: Memory, model: string, values: number[]) =>
      store.putVectors(AGENT, model, [
        { memoryId: memory.id, content: memory.content, values: Float32Array.from(values) },
      ])
    const vectors = async (model: string) => {
      const all = await Array.fromAsync(store.vectors(AGENT, model))
      return Object.fromEntries(all.map(({ memoryId, values }) => [memoryId, [...values]]))
    }
    await put(a, 'm', [0.5, -1])
    await put(b, 'm', [1, 2])
    assert.deepEqual(await vectors('m'), { [a.id]: [0.5, -1], [b.id]: [1, 2] })
    assert.deepEqual(await vectors('n'), {})
    await put(a, 'n', [3])
    assert.deepEqual([await vectors('m'), await vectors('n')], [{ [b.id]: [1, 2] }, { [a.id]: [3] }])
    await store.update(b.id, { importance: 1 })
    assert.deepEqual(await vectors('m'), { [b.id]: [1, 2] })
    await store.update(b.id, { content: 'new' })
    await put(b, 'm', [9])
    assert.deepEqual(await vectors('m'), {})
    await store.delete(a.id)
    await put(a, 'n', [9])
    assert.deepEqual(await vectors('n'), {})
    await put({ ...a, agentId: OTHER }, 'n', [9])
    assert.deepEqual(await Array.fromAsync(store.vectors(OTHER, 'n')), [])
  }),

  rule('refuses one memory too many, and takes it when there is room', async ({ store, save }) => {
    let first: Memory | undefined
    for (let count = 0; count < MOST_MEMORIES; count += 1) {
      const memory = await save(`${count}`)
      first ??= memory
    }
    const { id } = first as Memory
    await assert.rejects(save('more'), { code: 'MEMORY_LIMIT' })
    assert.equal((await store.save(saying('0'))).type, 'known')
    await save('of another', { agentId: OTHER })
    await store.delete(id)
    await save('more')
    await assert.rejects(store.restore(id), { code: 'MEMORY_LIMIT' })
  }),

  rule('M6 prunes softly, purges later, and a recall in between keeps a memory', async (scene) => {
    const { store, save, pass, now, ids, rises, stays } = scene
    const memory = await save('a', { kind: 'observation' })
    const recalled = await save('b', { kind: 'observation', importance: 0.9 })
    pass(60 * DAY_MS)
    const plan = await planned(scene)
    assert.deepEqual(
      plan.map(({ type }) => type),
      ['prune', 'prune'],
    )
    await store.touch(AGENT, [recalled.id])
    const counts = await rises(() => store.applyMaintenance(AGENT, plan))
    assert.deepEqual(counts, { pruned: 1, merged: 0, purged: 0, skipped: 1 })
    assert.deepEqual(await ids(), [recalled.id])
    assert.deepEqual((await store.get(memory.id, { deleted: true }))?.deletion, { type: 'pruned', at: now() })
    pass(30 * DAY_MS)
    await stays(async () => {
      const purge = await planned(scene)
      assert.deepEqual(
        purge.map(({ type }) => type),
        ['purge'],
      )
      assert.equal((await store.applyMaintenance(AGENT, purge)).purged, 1)
    })
    assert.equal(await store.get(memory.id, { deleted: true }), undefined)
  }),

  rule('M7 merges what says the same, with its sources, use and associations', async (scene) => {
    const { store, save, pass, now, ids, rises } = scene
    const kept = await save('Likes tea.', { importance: 0.8, source: run('r1') })
    pass(1000)
    const lost = await save('likes TEA', { importance: 0.5, source: run('r2') })
    const friend = await save('Drinks a lot')
    await store.associate({ from: lost.id, to: friend.id, kind: 'caused-by', weight: 0.7 })
    await store.associate({ from: kept.id, to: friend.id, kind: 'caused-by', weight: 0.3 })
    await store.associate({ from: lost.id, to: friend.id, kind: 'updates', weight: 0.3 })
    await store.associate({ from: kept.id, to: friend.id, kind: 'updates', weight: 0.6 })
    await store.associate({ from: kept.id, to: lost.id, kind: 'related-to' })
    pass(1000)
    await store.touch(AGENT, [lost.id])
    const plan = await planned(scene)
    const counts = await rises(() => store.applyMaintenance(AGENT, plan))
    assert.deepEqual(counts, { pruned: 0, merged: 1, purged: 0, skipped: 0 })
    assert.deepEqual(await ids(), [friend.id, kept.id])
    const merged = await store.get(kept.id)
    assert.deepEqual(merged, {
      ...kept,
      provenance: [...kept.provenance, ...lost.provenance],
      version: merged?.version,
      updatedAt: now(),
      lastAccessedAt: now(),
      accessCount: 1,
    })
    const deletion = (await store.get(lost.id, { deleted: true }))?.deletion
    assert.deepEqual(deletion, { type: 'merged', at: now(), into: kept.id })
    const ends = { from: kept.id, to: friend.id }
    const edges = [
      { ...ends, kind: 'caused-by', weight: 0.7 },
      { ...ends, kind: 'updates', weight: 0.6 },
    ]
    assert.deepEqual(await store.associationsOf(kept.id), edges)
    assert.deepEqual(await store.associationsOf(friend.id), edges)
    assert.deepEqual(await planned(scene), [])
  }),

  rule('M7 merges a crowd in bounded batches, whole in the end', async (scene) => {
    const { store, save, ids } = scene
    const marks = Array.from({ length: 250 }, (_, count) => `Likes tea${'.'.repeat(count)}`)
    for (const content of marks) await save(content)
    const counts = await store.applyMaintenance(AGENT, await planned(scene))
    assert.deepEqual(counts, { pruned: 0, merged: 249, purged: 0, skipped: 0 })
    assert.equal((await ids()).length, 1)
    assert.deepEqual(await planned(scene), [])
  }),

  rule('M7 gives up all of a crowd of which one has changed, and merges it the next time', async (scene) => {
    const { store, save, ids, stays } = scene
    const crowd = Array.from({ length: 250 }, (_, count) => `Likes tea${'.'.repeat(count)}`)
    for (const content of crowd) await save(content)
    const plan = await planned(scene)
    const [first] = plan
    assert.ok(first?.type === 'merge')
    const changed = first.from[0]?.memoryId ?? ''
    await store.update(changed, { content: 'Likes milk' })
    const counts = await stays(() => store.applyMaintenance(AGENT, plan))
    assert.equal(counts.merged, 0)
    assert.equal((await ids()).length, 250)
    assert.equal((await store.applyMaintenance(AGENT, await planned(scene))).merged, 248)
    assert.equal((await ids()).length, 2)
  }),

  rule('leaves alone what changed after the plan was made', async (scene) => {
    const { store, save, ids, stays } = scene
    const [a, b] = [await save('Likes tea.'), await save('likes tea')]
    const plan = await planned(scene)
    await store.update(b.id, { content: 'likes coffee' })
    const counts = await stays(() => store.applyMaintenance(AGENT, plan))
    assert.deepEqual(counts, { pruned: 0, merged: 0, purged: 0, skipped: 1 })
    assert.deepEqual(await ids(), [b.id, a.id])
    assert.deepEqual(await store.applyMaintenance(OTHER, plan), counts)
  }),

  rule('stops a maintenance between two batches, and what was done stays done', async (scene) => {
    const { store, save, pass } = scene
    for (let count = 0; count < 150; count += 1) await save(`seen ${count}`, { kind: 'observation' })
    pass(90 * DAY_MS)
    const plan = await planned(scene)
    const stop = new AbortController()
    const reason = new Error('enough')
    const work = store.applyMaintenance(AGENT, plan, { signal: stop.signal })
    stop.abort(reason)
    await assert.rejects(work, reason)
    const left = await planned(scene)
    assert.ok(left.length > 0)
    assert.equal((await store.applyMaintenance(AGENT, left)).pruned, left.length)
    assert.deepEqual(await planned(scene), [])
  }),

  rule('keeps the last bulletin of an agent that is still there', async ({ store, save }) => {
    const { version } = await save('a')
    const bulletin = { text: 'Knows a', version, source: 'summarised', asked: { at: 5, version } } as const
    assert.equal(await store.writeBulletin(AGENT, bulletin), true)
    assert.deepEqual(await store.readBulletin(AGENT), bulletin)
    assert.equal(await store.writeBulletin(AGENT, { ...bulletin, version: version + 1 }), false)
    assert.deepEqual(await store.readBulletin(AGENT), bulletin)
    assert.equal(await store.readBulletin(OTHER), undefined)
  }),

  rule('walks the agents that have memories, each once, from any of them on', async ({ store, save }) => {
    for (const agentId of ['b', 'a', 'a.b', 'b']) await save(agentId, { agentId })
    assert.deepEqual(await Array.fromAsync(store.agents()), ['a', 'a.b', 'b'])
    assert.deepEqual(await Array.fromAsync(store.agents({ after: 'a' })), ['a.b', 'b'])
  }),

  rule('P6 forgets all of a deleted agent, and a new one of the same id inherits nothing', async (scene) => {
    const { store, save, pass, ids } = scene
    const saved = []
    for (let count = 0; count < 130; count += 1) saved.push(await save(`${count}`))
    const [a, b] = saved as [Memory, Memory]
    const foreign = await save('0', { agentId: OTHER })
    await store.associate({ from: a.id, to: b.id, kind: 'updates' })
    await store.putVectors(AGENT, 'm', [{ memoryId: b.id, content: b.content, values: Float32Array.of(1) }])
    await store.delete(a.id)
    const version = await store.version(AGENT)
    const bulletin = { text: 'x', version, source: 'rendered' } as const
    await store.writeBulletin(AGENT, bulletin)
    assert.equal(await store.deleteAgent(AGENT), 129)

    assert.deepEqual([await ids(), await ids(OTHER)], [[], [foreign.id]])
    assert.equal(await store.get(a.id, { deleted: true }), undefined)
    assert.equal(await store.get(b.id), undefined)
    assert.deepEqual(await store.associationsOf(b.id), [])
    assert.deepEqual(await Array.fromAsync(store.vectors(AGENT, 'm')), [])
    assert.deepEqual(await store.changes(AGENT), [])
    assert.equal(await store.version(AGENT), 0)
    assert.equal(await store.readBulletin(AGENT), undefined)
    assert.deepEqual(await Array.fromAsync(store.agents()), [OTHER])

    pass(1000)
    assert.equal((await store.save(saying('1'))).type, 'created')
    assert.ok((await store.version(AGENT)) > version)
    assert.equal(await store.writeBulletin(AGENT, bulletin), false)
    assert.equal(await store.readBulletin(AGENT), undefined)
  }),

  rule('keeps agents apart whose ids begin alike', async ({ store, save, ids }) => {
    const alike = ['a', 'a.b', 'a:b', 'A', 'a-b']
    const saved = await Promise.all(alike.map(async (agentId) => (await save('x', { agentId })).id))
    for (const [index, agentId] of alike.entries()) assert.deepEqual(await ids(agentId), [saved[index]])
    assert.equal(await store.deleteAgent('a'), 1)
    assert.deepEqual(await Array.fromAsync(store.agents()), ['A', 'a-b', 'a.b', 'a:b'])
  }),
]

async function planned({ store, now }: Scene) {
  return planMaintenance(await store.changes(AGENT), now())
}

function saying(content: string): NewMemory {
  return { agentId: AGENT, kind: 'fact', content }
}

function invalid(field: string): { readonly code: string; readonly field: string } {
  return { code: 'MEMORY_INVALID', field }
}

function rule(name: string, check: (scene: Scene) => Promise<void>): MemoryStoreRule {
  return {
    name,
    async check(open) {
      let time = START
      const now = (): number => time
      const store = await open({ clock: now, mostMemories: MOST_MEMORIES })
      const versions = async (work: () => Promise<unknown>) => {
        const before = await store.version(AGENT)
        const result = await work()
        return { before, after: await store.version(AGENT), result }
      }
      await check({
        store,
        now,
        pass: (ms) => {
          time += ms
        },
        save: async (content, fields) => (await store.save({ ...saying(content), ...fields })).memory,
        ids: async (agentId = AGENT) => (await store.list(agentId, { limit: 500 })).items.map(({ id }) => id),
        rises: async <Result>(work: () => Promise<Result>) => {
          const { before, after, result } = await versions(work)
          assert.ok(after > before, 'the knowledge version rises')
          return result as Result
        },
        stays: async <Result>(work: () => Promise<Result>) => {
          const { before, after, result } = await versions(work)
          assert.equal(after, before, 'the knowledge version stays')
          return result as Result
        },
      })
    },
  }
}
