import assert from 'node:assert/strict'
import { TASK_STATUSES } from '../task.ts'
import type { Pruned, PrunedTask, PruneOptions, TaskStore } from '../task-store.ts'
import {
  AGENT,
  allPages,
  blocked,
  hopeless,
  invalid,
  OTHER,
  rule,
  START,
  success,
  type TaskStoreRule,
} from './scene.ts'

/** What a store keeps about what it counts and what it removes. */
export const retentionRules: readonly TaskStoreRule[] = [
  rule('counts what stands where, of all and of one agent', async ({ store, create, claim, run }) => {
    const none = Object.fromEntries([...TASK_STATUSES, 'escalations'].map((name) => [name, 0]))
    assert.deepEqual(await store.counts(), none)
    await run(success)
    await run(blocked)
    await create({ requiresApproval: true })
    const waiting = await create({ agentId: OTHER })
    await create({ agentId: OTHER, dependsOn: [waiting.id] })
    await store.ask(await claim(OTHER), { text: 'Which?' })
    const own = { ...none, done: 1, blocked: 1, 'pending-approval': 1, escalations: 1 }
    assert.deepEqual(await store.counts(AGENT), own)
    const all = { ...own, 'in-progress': 1, backlog: 1, escalations: 2 }
    assert.deepEqual(await store.counts(), all)
    await store.deleteAgent(OTHER)
    assert.deepEqual(await store.counts(), own)
    await store.deleteAgent(AGENT)
    assert.deepEqual(await store.counts(), none)
  }),

  rule('removes what ended before an instant, with its runs and its key, and nothing else', async (scene) => {
    const { store, run, create, pass, now } = scene
    const key = { idempotencyKey: 'k' }
    const old = await run(success, key)
    pass(1000)
    const fresh = await run(success)
    const { removed } = await store.prune({ endedBefore: now() })
    assert.deepEqual(removed, [{ taskId: old.task.id, agentId: AGENT, runIds: [old.run.id] }])
    assert.equal(await store.get(old.task.id), undefined)
    assert.equal(await store.getRun(old.run.id), undefined)
    assert.deepEqual((await store.listRuns(old.task.id)).items, [])
    assert.equal((await store.get(fresh.task.id))?.status, 'done')
    assert.notEqual((await create(key)).id, old.task.id)
    assert.deepEqual((await store.prune({ endedBefore: now() })).removed, [])
  }),

  rule('P19 asks before it removes a task, while that is there still, and keeps those it is told to', async (scene) => {
    const { store, run, pass, now } = scene
    const one = await run(success)
    const other = await run(success)
    pass(1000)
    const asked: string[] = []
    const mayRemove = async ({ taskId, agentId, runIds }: PrunedTask): Promise<boolean> => {
      asked.push(`${agentId} ${runIds.join()} ${(await store.get(taskId))?.status}`)
      return taskId !== one.task.id
    }
    const { removed } = await store.prune({ endedBefore: now(), mayRemove })
    assert.deepEqual(asked.toSorted(), [one, other].map((ended) => `${AGENT} ${ended.run.id} done`).toSorted())
    assert.deepEqual(
      removed.map(({ taskId }) => taskId),
      [other.task.id],
    )
    assert.deepEqual(await pruned(store, { endedBefore: now() }), [one.task.id])
  }),

  rule('P19 never removes what waits, is blocked, is worked on or is asked about, however old', async (scene) => {
    const { store, create, claim, run, pass, now } = scene
    await run(blocked)
    await create({ priority: 9 })
    await store.ask(await claim(), { text: 'Which?' })
    await create({ priority: 9 })
    await claim()
    await create({ requiresApproval: true })
    await create({ notBefore: START * 2 })
    const first = await create()
    await create({ dependsOn: [first.id] })
    const before = (await allTasks(store)).toSorted()
    pass(10_000_000)
    assert.deepEqual(await pruned(store, { endedBefore: now() }), [])
    assert.deepEqual((await allTasks(store)).toSorted(), before)
  }),

  rule('keeps what failed while something waits for it, and removes it afterwards', async (scene) => {
    const { store, create, run, pass, now } = scene
    const first = await run(hopeless)
    const second = await create({ dependsOn: [first.task.id] })
    pass(1000)
    assert.deepEqual(await pruned(store, { endedBefore: now() }), [])
    await store.cancel(second.id)
    pass(1000)
    assert.deepEqual(await pruned(store, { endedBefore: now() }), [first.task.id, second.id])
  }),

  rule('a task that is opened again waits no more for what was removed', async ({ store, create, run, pass, now }) => {
    const first = await run(success)
    pass(1000)
    const second = await create({ dependsOn: [first.task.id] })
    await store.cancel(second.id)
    await store.prune({ endedBefore: now() })
    assert.equal(await store.get(first.task.id), undefined)
    const retried = await store.retry(second.id)
    assert.ok(retried.type === 'changed' && retried.task.status === 'ready')
  }),

  rule('removes by status, a bounded number at a time, and goes on where it ended', async (scene) => {
    const { store, run, pass, now, create } = scene
    await create({ requiresApproval: true })
    for (let count = 0; count < 5; count += 1) {
      await run(success)
      await run(hopeless)
    }
    pass(1000)
    const options = { endedBefore: now(), statuses: ['failed'] as const, limit: 3 }
    const first = await store.prune(options)
    assert.ok(first.removed.length <= 3)
    assert.ok(first.nextCursor !== undefined)
    const rest = await pruned(store, { ...options, cursor: first.nextCursor })
    assert.equal(first.removed.length + rest.length, 5)
    const counts = await store.counts()
    assert.deepEqual([counts.done, counts.failed, counts['pending-approval']], [5, 0, 1])
  }),

  rule('does not remove what a person opens at the same time', async ({ store, run, pass, now }) => {
    const { task } = await run(success)
    pass(1000)
    const [retried, removal] = await Promise.all([store.retry(task.id), store.prune({ endedBefore: now() })])
    assert.equal(removal.removed.length === 0, retried.type === 'changed')
    assert.equal((await store.get(task.id)) === undefined, retried.type === 'not-found')
  }),

  rule('P20 refuses bad retention', async ({ store }) => {
    await assert.rejects(store.prune({ endedBefore: -1 }), invalid('endedBefore'))
    await assert.rejects(store.prune({ endedBefore: 1, limit: 0 }), invalid('limit'))
    await assert.rejects(store.prune({ endedBefore: 1, cursor: 'x' }), invalid('cursor'))
    await assert.rejects(store.prune({ endedBefore: 1, statuses: ['ready'] } as never), invalid('statuses.0'))
  }),
]

/** Prunes to the end; the tasks that went. */
async function pruned(store: TaskStore, options: PruneOptions): Promise<string[]> {
  const ids: string[] = []
  let page: Pruned | undefined
  do {
    page = await store.prune({ ...options, ...(page === undefined ? {} : { cursor: page.nextCursor }) })
    ids.push(...page.removed.map(({ taskId }) => taskId))
  } while (page.nextCursor !== undefined)
  return ids
}

async function allTasks(store: TaskStore): Promise<string[]> {
  const pages = await allPages(({ limit, cursor }) => store.list(AGENT, { limit, cursor }))
  return pages.flat().map(({ id }) => id)
}
