import assert from 'node:assert/strict'
import type { Trigger } from './wake.ts'
import { MAX_TRIGGERS } from './wake.ts'
import type { BegunWake, WakeStore } from './wake-store.ts'

/** A rule that every {@link WakeStore} keeps; `open` gives an empty one. */
export interface WakeStoreRule {
  readonly name: string
  readonly check: (open: () => Promise<WakeStore>) => Promise<void>
}

export const wakeStoreRules: readonly WakeStoreRule[] = [
  rule('shows what has rung, oldest first, and takes it away when it is finished', async (store) => {
    assert.equal(await store.ring('ada', trigger(1)), 'queued')
    assert.equal(await store.ring('ada', trigger(2)), 'coalesced')
    const { wake, gen } = await begun(store, 'ada')
    assert.deepEqual(wake, { agentId: 'ada', triggers: [trigger(1), trigger(2)], more: 0, attempt: 1 })
    assert.equal(await store.finish('ada', gen), 'done')
    assert.equal(await store.begin('ada'), undefined)
    assert.deepEqual(await announced(store), [])
  }),
  rule('has nothing to begin for an agent that was never rung', async (store) => {
    assert.equal(await store.begin('nobody'), undefined)
  }),
  rule('keeps a ring between begin and finish for one more run (lost update)', async (store) => {
    await store.ring('ada', trigger(1))
    const first = await begun(store, 'ada')
    assert.equal(await store.ring('ada', trigger(2)), 'queued')
    assert.equal(await store.ring('ada', trigger(3)), 'coalesced')
    assert.equal(await store.finish('ada', first.gen), 'rung-again')
    const second = await begun(store, 'ada')
    assert.deepEqual(instants(second), [2, 3])
    assert.equal(await store.finish('ada', second.gen), 'done')
  }),
  rule('keeps a ring that is made while finish is under way', async (store) => {
    await store.ring('ada', trigger(1))
    const first = await begun(store, 'ada')
    await Promise.all([store.finish('ada', first.gen), store.ring('ada', trigger(2))])
    assert.deepEqual(instants(await begun(store, 'ada')), [2])
  }),
  rule('shows the same and more when begun again, and voids the earlier begin', async (store) => {
    await store.ring('ada', trigger(1))
    const first = await begun(store, 'ada')
    await store.ring('ada', trigger(2))
    const second = await begun(store, 'ada')
    assert.deepEqual(instants(second), [1, 2])
    await store.finish('ada', first.gen)
    const third = await begun(store, 'ada')
    assert.deepEqual(instants(third), [1, 2])
    assert.equal(await store.finish('ada', third.gen), 'done')
  }),
  rule(`carries the first ${MAX_TRIGGERS} triggers and counts the rest`, async (store) => {
    for (let at = 1; at <= MAX_TRIGGERS + 30; at += 1) await store.ring('ada', trigger(at))
    const { wake, gen } = await begun(store, 'ada')
    assert.deepEqual(
      wake.triggers.map(({ at }) => at),
      Array.from({ length: MAX_TRIGGERS }, (_, index) => index + 1),
    )
    assert.equal(wake.more, 30)
    assert.equal(await store.finish('ada', gen), 'done')
  }),
  rule('loses none of the rings made at the same time', async (store) => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => store.ring('ada', trigger(index))))
    assert.equal(answers.filter((answer) => answer === 'queued').length, 1)
    const { wake } = await begun(store, 'ada')
    assert.equal(wake.triggers.length, MAX_TRIGGERS)
    assert.equal(wake.triggers.length + wake.more, 50)
  }),
  rule('keeps the wakes of agents apart, whatever their ids are', async (store) => {
    for (const agentId of ['a', 'a:b', 'A', 'a\u0001', 'é'])
      await store.ring(agentId, { ...trigger(1), reason: agentId })
    for (const agentId of ['a', 'a:b', 'A', 'a\u0001', 'é']) {
      const { wake } = await begun(store, agentId)
      assert.deepEqual(
        wake.triggers.map(({ reason }) => reason),
        [agentId],
      )
    }
  }),
  rule('does not show a delayed ring before it is announced', async (store) => {
    await store.ring('ada', trigger(10), { dueAt: 100 })
    assert.equal(await store.begin('ada'), undefined)
    assert.deepEqual(await announced(store, { after: 10, until: 99 }), [])
    assert.equal(await store.begin('ada'), undefined)
    assert.deepEqual(await announced(store, { after: 99, until: 100 }), ['ada'])
    const { gen } = await begun(store, 'ada')
    assert.equal(await store.finish('ada', gen), 'done')
    assert.deepEqual(await announced(store), [])
  }),
  rule('leaves a delayed ring where it is when an earlier wake is finished', async (store) => {
    await store.ring('ada', trigger(10), { dueAt: 100 })
    await store.ring('ada', trigger(11))
    const { wake, gen } = await begun(store, 'ada')
    assert.deepEqual(instants({ wake, gen }), [11])
    await store.finish('ada', gen)
    assert.deepEqual(await announced(store, { after: 11, until: 100 }), ['ada'])
    assert.deepEqual(instants(await begun(store, 'ada')), [10])
  }),
  rule('counts a ring as due at once when its instant has been announced already', async (store) => {
    assert.deepEqual(await announced(store, { until: 100 }), [])
    await store.ring('ada', trigger(50), { dueAt: 60 })
    assert.deepEqual(instants(await begun(store, 'ada')), [50])
  }),
  rule('announces each agent once, the longest waiting first', async (store) => {
    await store.ring('late', trigger(5), { dueAt: 30 })
    await store.ring('early', trigger(10))
    await store.ring('early', trigger(40), { dueAt: 50 })
    await store.ring('middle', trigger(20))
    await store.ring('future', trigger(1), { dueAt: 61 })
    assert.deepEqual(await announced(store, { until: 60 }), ['early', 'middle', 'late'])
  }),
  rule('names the next due instant', async (store) => {
    assert.equal(await store.nextDueAt(0), undefined)
    await store.ring('ada', trigger(1), { dueAt: 300 })
    await store.ring('bob', trigger(1), { dueAt: 200 })
    assert.equal(await store.nextDueAt(0), 200)
    assert.equal(await store.nextDueAt(200), 300)
    assert.equal(await store.nextDueAt(300), undefined)
  }),
  rule('shows a postponed wake again at its instant, as the next attempt', async (store) => {
    await store.ring('ada', trigger(1))
    const first = await begun(store, 'ada')
    assert.equal(await store.postpone('ada', first.gen, 100), 'done')
    assert.equal(await store.begin('ada'), undefined)
    assert.equal(await store.nextDueAt(1), 100)
    assert.deepEqual(await announced(store, { after: 1, until: 100 }), ['ada'])
    const second = await begun(store, 'ada')
    assert.deepEqual(second.wake, { ...first.wake, attempt: 2 })
    assert.equal(await store.finish('ada', second.gen), 'done')
    assert.equal(await store.nextDueAt(0), undefined)
  }),
  rule('keeps what rang since when a wake is postponed', async (store) => {
    await store.ring('ada', trigger(1))
    const first = await begun(store, 'ada')
    await store.ring('ada', trigger(2))
    assert.equal(await store.postpone('ada', first.gen, 100), 'rung-again')
    assert.deepEqual((await begun(store, 'ada')).wake, { agentId: 'ada', triggers: [trigger(2)], more: 0, attempt: 1 })
  }),
  rule('lists the dead, revives them as first attempts, and discards them', async (store) => {
    for (const agentId of ['ada', 'bob']) {
      await store.ring(agentId, trigger(1))
      const { gen } = await begun(store, agentId)
      assert.equal(await store.bury(agentId, gen, { error: 'broken', diedAt: 7 }), 'done')
      assert.equal(await store.begin(agentId), undefined)
    }
    assert.deepEqual(await store.count(0), { delayed: 0, dead: 2 })
    const first = await store.listDead({ limit: 1 })
    const second = await store.listDead({ limit: 1, cursor: first.nextCursor })
    assert.equal(second.nextCursor, undefined)
    const [ada, bob] = [...first.items, ...second.items]
    const common = { triggers: [trigger(1)], more: 0, attempt: 1, error: 'broken', diedAt: 7 }
    assert.deepEqual(ada, { id: ada?.id, agentId: 'ada', ...common })
    assert.deepEqual(bob, { id: bob?.id, agentId: 'bob', ...common })
    assert.equal((await store.listDead({ agentId: 'bob' })).items.length, 1)
    assert.equal(await store.revive('ada'), 1)
    assert.equal((await begun(store, 'ada')).wake.attempt, 1)
    assert.equal(await store.discard('bob'), 1)
    assert.equal(await store.begin('bob'), undefined)
    assert.deepEqual(await store.count(0), { delayed: 0, dead: 0 })
  }),
  rule('counts what is delayed', async (store) => {
    await store.ring('ada', trigger(1), { dueAt: 100 })
    await store.ring('ada', trigger(1))
    assert.deepEqual(await store.count(99), { delayed: 1, dead: 0 })
    assert.deepEqual(await store.count(100), { delayed: 0, dead: 0 })
  }),
  rule('P6 leaves nothing of a deleted agent, and everything of the others', async (store) => {
    for (const agentId of ['ada', 'ada2']) {
      await store.ring(agentId, trigger(1))
      const { gen } = await begun(store, agentId)
      await store.bury(agentId, gen, { error: 'broken', diedAt: 2 })
      await store.ring(agentId, trigger(3))
      await store.ring(agentId, trigger(3), { dueAt: 100 })
    }
    const { gen } = await begun(store, 'ada')
    await store.deleteAgent('ada')
    assert.equal(await store.finish('ada', gen), 'done')
    assert.deepEqual(await announced(store), ['ada2'])
    assert.deepEqual(await store.count(0), { delayed: 1, dead: 1 })
    await store.ring('ada', trigger(9))
    assert.deepEqual(instants(await begun(store, 'ada')), [9])
  }),
  rule('P6 deletes a ring that is being written when the agent is deleted', async (store) => {
    const ring = store.ring('ada', trigger(1))
    await store.deleteAgent('ada')
    await ring
    assert.equal(await store.begin('ada'), undefined)
    assert.deepEqual(await announced(store), [])
  }),
  rule('P20 refuses bad input with the name of the field, and keeps nothing of it', async (store) => {
    const bad: readonly [string, unknown, string][] = [
      ['', trigger(1), 'agentId'],
      ['a\0b', trigger(1), 'agentId'],
      ['\ud800', trigger(1), 'agentId'],
      ['ada', { ...trigger(1), type: 'noise' }, 'trigger.type'],
      ['ada', { ...trigger(1), reason: 7 }, 'trigger.reason'],
      ['ada', { ...trigger(1), at: 1.5 }, 'trigger.at'],
      ['ada', { ...trigger(1), payload: 1n }, 'trigger.payload'],
      ['ada', { ...trigger(1), payload: () => 1 }, 'trigger.payload'],
    ]
    for (const [agentId, input, field] of bad) {
      await assert.rejects(store.ring(agentId, input as Trigger), (error: Error & { code?: string }) => {
        return error.code === 'WAKE_INVALID' && error.message.includes(field)
      })
    }
    await assert.rejects(store.ring('ada', trigger(1), { dueAt: Number.NaN }), { code: 'WAKE_INVALID' })
    for (const page of [{ limit: 0 }, { limit: 501 }, { cursor: '\ud800' }, { agentId: '' }]) {
      await assert.rejects(store.listDead(page), { code: 'WAKE_INVALID' })
    }
    assert.deepEqual(await announced(store), [])
  }),
]

function rule(name: string, check: (store: WakeStore) => Promise<void>): WakeStoreRule {
  return { name, check: async (open) => check(await open()) }
}

function trigger(at: number): Trigger {
  return { type: 'manual', payload: { at }, at }
}

async function begun(store: WakeStore, agentId: string): Promise<BegunWake> {
  const found = await store.begin(agentId)
  assert.ok(found !== undefined, `nothing to begin for ${agentId}`)
  return found
}

function instants({ wake }: BegunWake): number[] {
  return wake.triggers.map(({ at }) => at)
}

/** Everything up to the year 2286 unless said otherwise. */
async function announced(
  store: WakeStore,
  range: { after?: number; until: number } = { until: 1e13 },
): Promise<string[]> {
  return Array.fromAsync(store.due(range))
}
