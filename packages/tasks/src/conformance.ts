import assert from 'node:assert/strict'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { retentionRules } from './conformance/retention.ts'
import {
  AGENT,
  allPages,
  BACKOFF_MS,
  blocked,
  cancelled,
  failed,
  hopeless,
  invalid,
  LEASE,
  OTHER,
  rule,
  START,
  success,
  type TaskStoreRule,
  timeout,
} from './conformance/scene.ts'
import { waitingRules } from './conformance/waiting.ts'
import type { Claim, TaskStatus } from './task.ts'

export type { OpenTaskStore, TaskStoreConditions, TaskStoreRule } from './conformance/scene.ts'

/** How each outcome moves its task. */
const routes: readonly (readonly [WorkerOutcome, TaskStatus])[] = [
  [success, 'done'],
  [{ type: 'partial', result: 'half', segments: 3, reason: 'segments used up' }, 'done'],
  [blocked, 'blocked'],
  [timeout, 'failed'],
  [cancelled, 'cancelled'],
  [hopeless, 'failed'],
  [failed, 'ready'],
]

const refused: readonly (readonly [string, object])[] = [
  ['agentId', { agentId: '' }],
  ['agentId', { agentId: 'a/b' }],
  ['agentId', { agentId: 'a\0b' }],
  ['title', { title: '' }],
  ['title', { title: 'x'.repeat(501) }],
  ['worker', { worker: undefined }],
  ['input', { input: { list: [Number.NaN] } }],
  ['input', { input: nested(200) }],
  ['input', { input: 'x'.repeat(1_048_577) }],
  ['priority', { priority: 0.5 }],
  ['notBefore', { notBefore: -1 }],
  ['wallClockMs', { wallClockMs: 999 }],
  ['maxAttempts', { maxAttempts: 0 }],
  ['dependsOn', { dependsOn: 'task' }],
  ['dependsOn.0', { dependsOn: ['task_000000000000000000000000'] }],
  ['lineage.hops', { lineage: { hops: -1 } }],
  ['idempotencyKey', { idempotencyKey: '' }],
  ['idempotencyKey', { idempotencyKey: 'a\0b' }],
  ['prioritty', { prioritty: 1 }],
]

/** What every {@link TaskStore} keeps, whatever it is made of. */
export const taskStoreRules: readonly TaskStoreRule[] = [
  rule('makes a ready task and gives it back as it was made', async ({ store, now }) => {
    const worker = { type: 'function', name: 'f' }
    const { task, created } = await store.create({ agentId: AGENT, title: 'Look', worker, input: { a: [1, null] } })
    assert.equal(created, true)
    assert.deepEqual(task, {
      id: task.id,
      agentId: AGENT,
      title: 'Look',
      worker,
      input: { a: [1, null] },
      status: 'ready',
      readyAt: now(),
      priority: 0,
      dependsOn: [],
      attempts: 0,
      maxAttempts: 3,
      revision: 1,
      createdAt: now(),
      updatedAt: now(),
    })
    assert.deepEqual(await store.get(task.id), task)
  }),

  rule('P20 refuses a bad task, names every wrong field, and makes nothing', async ({ store, create }) => {
    for (const [field, fields] of refused) await assert.rejects(create(fields), invalid(field))
    await assert.rejects(create({ title: '', maxAttempts: -1 }), /title: .*; maxAttempts: /)
    assert.deepEqual((await store.list(AGENT)).items, [])
  }),

  rule('P20 refuses bad leases, pages, statuses, settlements and resolutions', async ({ store, create, claim }) => {
    const { id } = await create()
    for (const leaseMs of [0, -1, 0.5, Number.NaN]) {
      await assert.rejects(store.claimNextReady(AGENT, { leaseMs }), invalid('leaseMs'))
    }
    await assert.rejects(store.list('a b'), invalid('agentId'))
    await assert.rejects(store.list(AGENT, { limit: 0 }), invalid('limit'))
    await assert.rejects(store.list(AGENT, { limit: 501 }), invalid('limit'))
    await assert.rejects(store.list(AGENT, { cursor: '\0' }), invalid('cursor'))
    await assert.rejects(store.list(AGENT, { status: 'open' as TaskStatus }), invalid('status'))
    await assert.rejects(store.resolve(id, { action: 'no' as 'retry' }), invalid('action'))
    const held = await claim()
    const wrong = { type: 'success' } as unknown as WorkerOutcome
    await assert.rejects(store.settle(held, { outcome: wrong }), invalid('outcome.result'))
    assert.equal((await store.settle(held, { outcome: success })).type, 'settled')
  }),

  rule('answers what is not there with nothing', async ({ store }) => {
    for (const id of ['task_000000000000000000000000', 'run_000000000000000000000000', 'no id', 'a\0b', '']) {
      assert.equal(await store.get(id), undefined)
      assert.equal(await store.getRun(id), undefined)
      assert.deepEqual((await store.listRuns(id)).items, [])
      assert.deepEqual(await store.approve(id), { type: 'not-found' })
      assert.deepEqual(await store.cancel(id), { type: 'not-found' })
      assert.deepEqual(await store.retry(id), { type: 'not-found' })
      assert.deepEqual(await store.resolve(id, { action: 'retry' }), { type: 'not-found' })
    }
    assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
    assert.equal(await store.nextReadyAt(AGENT), undefined)
    assert.deepEqual((await store.listEscalations()).items, [])
    assert.deepEqual(await store.reap(), [])
    assert.equal(await store.deleteAgent(AGENT), 0)
  }),

  rule('answers the same key with the same task, whatever became of it', async ({ store, create, claim }) => {
    const fields = { agentId: AGENT, title: 'Once', worker: { a: 1, b: 2 }, idempotencyKey: 'k' }
    const first = await store.create(fields)
    await store.settle(await claim(), { outcome: success })
    const again = await store.create({ ...fields, worker: { b: 2, a: 1 }, priority: 0 })
    assert.equal(again.created, false)
    assert.equal(again.task.id, first.task.id)
    assert.equal(again.task.status, 'done')
    await assert.rejects(store.create({ ...fields, title: 'Twice' }), { code: 'TASK_IDEMPOTENCY_MISMATCH' })
    assert.notEqual((await create({ idempotencyKey: 'k', agentId: OTHER })).id, first.task.id)
    assert.equal((await store.getByIdempotencyKey(AGENT, 'k'))?.id, first.task.id)
    assert.equal(await store.getByIdempotencyKey(AGENT, 'l'), undefined)
  }),

  rule('makes one task of many calls with the same key at the same time', async ({ store }) => {
    const call = () => store.create({ agentId: AGENT, title: 'Once', worker: null, idempotencyKey: 'k' })
    const results = await Promise.all(Array.from({ length: 10 }, call))
    assert.equal(results.filter(({ created }) => created).length, 1)
    assert.equal(new Set(results.map(({ task }) => task.id)).size, 1)
  }),

  rule(
    'T5 gives each of many who claim at the same time a task of its own, while there are any',
    async ({ store, create }) => {
      for (let count = 0; count < 5; count += 1) await create()
      const claims = await Promise.all(Array.from({ length: 8 }, () => store.claimNextReady(AGENT, LEASE)))
      const taskIds = claims.flatMap((claim) => (claim === undefined ? [] : [claim.task.id]))
      assert.equal(taskIds.length, 5)
      assert.equal(new Set(taskIds).size, 5)
    },
  ),

  rule('claims the highest priority first, equal ones in the order of creation', async ({ create, claim }) => {
    for (const [title, priority] of Object.entries({ a: 0, b: -5, c: 7, d: 0, e: 7 })) await create({ title, priority })
    const titles: string[] = []
    for (let count = 0; count < 5; count += 1) titles.push((await claim()).task.title)
    assert.deepEqual(titles, ['c', 'e', 'a', 'd', 'b'])
  }),

  rule('claims nothing before its time, and by priority when the time has come', async (scene) => {
    const { store, create, claim, pass, now } = scene
    await create({ title: 'late', notBefore: now() + 1000, priority: 9 })
    await create({ title: 'later', notBefore: now() + 2000, priority: 10 })
    await create({ title: 'now' })
    assert.equal((await claim()).task.title, 'now')
    assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
    pass(999)
    assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
    pass(1001)
    await create({ title: 'low' })
    assert.equal((await claim()).task.title, 'later')
    assert.equal((await claim()).task.title, 'late')
    assert.equal((await claim()).task.title, 'low')
  }),

  rule('opens the run and counts the attempt with the claim', async ({ store, create, now }) => {
    const { readyAt, ...task } = await create()
    assert.equal(readyAt, now())
    const claim = await store.claimNextReady(AGENT, LEASE)
    assert.ok(claim)
    const run = { taskId: task.id, agentId: AGENT, number: 1, status: 'running', startedAt: now() }
    assert.deepEqual(claim.run, { id: claim.run.id, ...run })
    assert.deepEqual(claim.task, { ...task, status: 'in-progress', attempts: 1, runId: claim.run.id, revision: 2 })
    assert.equal(claim.leaseUntil, now() + LEASE.leaseMs)
    assert.deepEqual(await store.get(task.id), claim.task)
    assert.deepEqual(await store.getRun(claim.run.id), claim.run)
  }),

  rule(
    'T5 never gives a task to two callers, and gives every caller one while there are some',
    async ({ store, create }) => {
      await Promise.all(Array.from({ length: 10 }, () => create()))
      const claims = await Promise.all(Array.from({ length: 25 }, () => store.claimNextReady(AGENT, LEASE)))
      const taskIds = claims.filter((claim) => claim !== undefined).map(({ task }) => task.id)
      assert.equal(taskIds.length, 10)
      assert.equal(new Set(taskIds).size, 10)
    },
  ),

  rule('keeps agents apart, also when one id begins with another', async ({ store, create }) => {
    await create({ agentId: 'a' })
    await create({ agentId: 'a.b', notBefore: 0 })
    assert.equal(await store.claimNextReady('a:', LEASE), undefined)
    assert.equal((await store.claimNextReady('a', LEASE))?.task.agentId, 'a')
    assert.equal(await store.claimNextReady('a', LEASE), undefined)
    assert.equal((await store.list('a')).items.length, 1)
  }),

  rule('P11 C24 moves the task as its outcome says', async ({ store, run }) => {
    for (const [outcome, status] of routes) {
      const { task } = await run(outcome, { agentId: `${outcome.type}.${status}` })
      const after = await store.get(task.id)
      assert.equal(after?.status, status, `${outcome.type} -> ${status}`)
      assert.deepEqual(after.outcome, outcome)
    }
  }),

  rule('keeps outcome, usage and transcript of a run', async ({ store, create, claim, pass, now }) => {
    await create()
    const held = await claim()
    pass(50)
    const usage = { tokens: 12 }
    const result = await store.settle(held, { outcome: timeout, usage, transcript: 'transcript-1' })
    assert.equal(result.type, 'settled')
    const ended = { ...held.run, status: 'ended', outcome: timeout, usage, transcript: 'transcript-1', endedAt: now() }
    assert.deepEqual(result.run, ended)
    assert.deepEqual(await store.getRun(held.run.id), ended)
    assert.deepEqual(await store.get(held.task.id), result.task)
  }),

  rule('P11 C24 tries a failed task again after its backoff, until the attempts are used up', async (scene) => {
    const { store, create, claim, pass } = scene
    const { id } = await create({ maxAttempts: 3 })
    for (const attempt of [1, 2]) {
      await store.settle(await claim(), { outcome: failed })
      assert.equal((await store.get(id))?.readyAt, await store.nextReadyAt(AGENT))
      pass(attempt * BACKOFF_MS - 1)
      assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
      pass(1)
    }
    const last = await claim()
    assert.equal(last.task.attempts, 3)
    assert.equal(last.run.number, 3)
    await store.settle(last, { outcome: failed })
    assert.equal((await store.get(id))?.status, 'failed')
    assert.equal(await store.nextReadyAt(AGENT), undefined)
  }),

  rule(
    'P8 gives a run one outcome: whoever settles later is told that it is lost',
    async ({ store, create, claim }) => {
      await create()
      const held = await claim()
      const outcomes = [success, failed, timeout]
      const results = await Promise.all(outcomes.map((outcome) => store.settle(held, { outcome })))
      assert.deepEqual(
        results.map(({ type }) => type),
        ['settled', 'lost', 'lost'],
      )
      assert.equal(await store.heartbeat(held, LEASE), false)
      assert.deepEqual((await store.getRun(held.run.id))?.outcome, success)
      assert.equal((await store.get(held.task.id))?.revision, 3)
    },
  ),

  rule('P9 refuses an older claim once the task was claimed again', async ({ store, create, claim, pass }) => {
    await create()
    const old = await claim()
    pass(LEASE.leaseMs)
    await store.reap()
    pass(BACKOFF_MS)
    const current = await claim()
    assert.equal(current.task.id, old.task.id)
    assert.ok(current.fence > old.fence)
    assert.equal(await store.heartbeat(old, LEASE), false)
    assert.deepEqual(await store.settle(old, { outcome: success }), { type: 'lost' })
    assert.deepEqual(await store.settle({ ...current, fence: old.fence }, { outcome: success }), { type: 'lost' })
    assert.deepEqual(await store.get(old.task.id), current.task)
    assert.equal((await store.settle(current, { outcome: success })).type, 'settled')
  }),

  rule('lets a claim settle or beat after its lease while nobody ended its run', async (scene) => {
    const { store, create, claim, pass } = scene
    await create()
    const held = await claim()
    pass(LEASE.leaseMs + 5)
    assert.equal(await store.heartbeat(held, LEASE), true)
    pass(LEASE.leaseMs + 5)
    assert.equal((await store.settle(held, { outcome: success })).type, 'settled')
  }),

  rule('P8 C22 ends the runs whose lease is over, and only these', async ({ store, create, claim, pass }) => {
    const { id } = await create({ title: 'dead', maxAttempts: 1 })
    await create({ title: 'alive' })
    const dead = await claim()
    const alive = await claim()
    pass(LEASE.leaseMs - 1)
    assert.equal(await store.heartbeat(alive, LEASE), true)
    assert.deepEqual(await store.reap(), [])
    pass(1)
    const reaped = await store.reap()
    assert.equal(reaped.length, 1)
    assert.equal(reaped[0]?.run.id, dead.run.id)
    const { outcome } = reaped[0].run
    assert.ok(outcome?.type === 'failed' && outcome.code === 'RUN_LOST' && outcome.retryable)
    assert.deepEqual(await store.getRun(dead.run.id), reaped[0].run)
    assert.deepEqual(await store.get(id), reaped[0].task)
    assert.equal(reaped[0].task.status, 'failed')
    assert.deepEqual(await store.settle(dead, { outcome: success }), { type: 'lost' })
    assert.deepEqual(await store.reap(), [])
    assert.equal((await store.settle(alive, { outcome: success })).type, 'settled')
  }),

  rule(
    'P8 either extends a lease or ends its run, when both happen at once',
    async ({ store, create, claim, pass }) => {
      for (let round = 0; round < 10; round += 1) {
        await create({ maxAttempts: 1 })
        const held = await claim()
        pass(LEASE.leaseMs)
        const beat = () => store.heartbeat(held, LEASE)
        const early = round % 2 === 0 ? beat() : undefined
        const [reaped, isExtended] = await Promise.all([store.reap(), early ?? beat()])
        assert.equal(reaped.length, isExtended ? 0 : 1)
        await store.settle(held, { outcome: success })
      }
    },
  ),

  rule('P8 C22 E11 ends every open run at the start of its one process', async ({ store, create, claim, pass }) => {
    await Promise.all([create(), create({ agentId: OTHER })])
    const claims = [await claim(), await claim(OTHER)]
    const reaped = await store.reap({ all: true })
    assert.deepEqual(new Set(reaped.map(({ run }) => run.id)), new Set(claims.map(({ run }) => run.id)))
    assert.ok(reaped.every(({ task }) => task.status === 'ready' && task.attempts === 1))
    assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
    pass(BACKOFF_MS)
    assert.equal((await claim()).run.number, 2)
  }),

  rule('waits for approval', async ({ store, create, claim }) => {
    const task = await create({ requiresApproval: true })
    assert.equal(task.status, 'pending-approval')
    assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
    const result = await store.approve(task.id)
    assert.ok(result.type === 'changed' && result.task.status === 'ready')
    const again = await store.approve(task.id)
    assert.ok(again.type === 'wrong-status')
    assert.deepEqual(again.allowed, ['pending-approval'])
    assert.equal((await claim()).task.id, task.id)
  }),

  rule('cancels what has not ended, and points to the run of what is being worked on', async (scene) => {
    const { store, create, claim, run } = scene
    const first = await create()
    const open = [await create({ requiresApproval: true }), await create({ dependsOn: [first.id] })]
    await store.cancel(first.id)
    open.push((await run(blocked)).task)
    for (const { id } of open) {
      const result = await store.cancel(id, 'not needed')
      assert.ok(result.type === 'changed')
      assert.equal(result.task.status, 'cancelled')
      assert.equal(result.task.note, 'not needed')
      assert.equal((await store.cancel(id)).type, 'wrong-status')
    }
    assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
    assert.deepEqual((await store.listEscalations()).items, [])
    await create()
    const held = await claim()
    const running = await store.cancel(held.task.id)
    assert.ok(running.type === 'running')
    assert.equal(running.runId, held.run.id)
    assert.equal(running.task.isCancelling, true)
    assert.deepEqual(await store.cancel(held.task.id), running)
    await store.settle(held, { outcome: cancelled })
    assert.equal((await store.get(held.task.id))?.status, 'cancelled')
  }),

  rule('P19 does not try a task again that was cancelled while in progress, however its run ends', async (scene) => {
    const { store, create, claim } = scene
    for (const outcome of [failed, blocked, undefined]) {
      const { id } = await create()
      const held = await claim()
      assert.equal((await store.cancel(id, 'not needed')).type, 'running')
      if (outcome === undefined) await store.reap({ all: true })
      else await store.settle(held, { outcome })
      const task = await store.get(id)
      assert.equal(task?.status, 'cancelled')
      assert.equal(task?.note, 'not needed')
      assert.equal(task?.isCancelling, undefined)
    }
    const { id } = await create()
    const held = await claim()
    await store.cancel(id)
    await store.settle(held, { outcome: success })
    assert.equal((await store.get(id))?.status, 'done')
  }),

  rule('lets either a claim or a cancellation have a task, never both', async ({ store, create }) => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await create()
      const claim = () => store.claimNextReady(AGENT, LEASE)
      const early = round % 2 === 0 ? claim() : undefined
      const [cancellation, held] = await Promise.all([store.cancel(id), early ?? claim()])
      assert.equal(cancellation.type, held === undefined ? 'changed' : 'running')
      if (held !== undefined) await store.settle(held, { outcome: success })
    }
  }),

  rule('opens an ended task again with its attempts counted anew', async ({ store, run, claim }) => {
    for (const outcome of [success, hopeless, cancelled]) {
      const { task } = await run(outcome)
      const result = await store.retry(task.id)
      assert.ok(result.type === 'changed' && result.task.status === 'ready')
      assert.equal(result.task.attempts, 0)
      const again = await claim()
      assert.equal(again.task.attempts, 1)
      assert.equal(again.run.number, 2)
      const refusal = await store.retry(task.id)
      assert.ok(refusal.type === 'wrong-status')
      assert.deepEqual(refusal.allowed.toSorted(), ['cancelled', 'done', 'failed'])
      await store.settle(again, { outcome: success })
    }
  }),

  rule('P11 T11 calls a person for a blocked task and does as told', async ({ store, run, claim, now }) => {
    const kept = await run(blocked, { title: 'Log in' })
    const dropped = await run(blocked)
    const { id: taskId, agentId, title } = kept.task
    const { items } = await store.listEscalations({ agentId: AGENT })
    const from = { taskId, agentId, runId: kept.run.id, title, createdAt: now() }
    const escalation = { ...from, type: 'blocked' as const, outcome: blocked }
    assert.deepEqual(items[0], escalation)
    assert.deepEqual((await store.listEscalations()).items, items)
    assert.deepEqual((await store.listEscalations({ agentId: OTHER })).items, [])

    const retried = await store.resolve(taskId, { action: 'retry', note: 'solved' })
    assert.ok(retried.type === 'changed' && retried.task.status === 'ready' && retried.task.note === 'solved')
    assert.equal((await claim()).task.id, taskId)
    const abandoned = await store.resolve(dropped.task.id, { action: 'abandon' })
    assert.ok(abandoned.type === 'changed' && abandoned.task.status === 'cancelled')
    const again = await store.resolve(dropped.task.id, { action: 'retry' })
    assert.ok(again.type === 'wrong-status')
    assert.deepEqual(again.allowed, ['blocked'])
    assert.deepEqual((await store.listEscalations()).items, [])
  }),

  rule('lists escalations longest waiting first, page by page', async ({ store, create, claim, pass }) => {
    for (const title of ['a', 'b', 'c', 'd', 'e']) await create({ title })
    const claims: Claim[] = []
    for (let count = 0; count < 5; count += 1) claims.push(await claim())
    for (const held of claims.toReversed()) {
      pass(1)
      await store.settle(held, { outcome: blocked })
    }
    const pages = await allPages((options) => store.listEscalations({ ...options, agentId: AGENT }))
    assert.deepEqual(
      pages.map((items) => items.map(({ title }) => title)),
      [['e', 'd'], ['c', 'b'], ['a']],
    )
  }),

  rule('releases a task when the last of its dependencies is done', async ({ store, create, claim }) => {
    const [one, two] = [await create({ title: 'one' }), await create({ title: 'two' })]
    const both = await create({ dependsOn: [one.id, two.id] })
    const asked = await create({ dependsOn: [one.id, two.id], requiresApproval: true })
    assert.deepEqual([both.status, asked.status], ['backlog', 'pending-approval'])
    await store.settle(await claim(), { outcome: success })
    assert.equal((await store.get(both.id))?.status, 'backlog')
    const approved = await store.approve(asked.id)
    assert.ok(approved.type === 'changed' && approved.task.status === 'backlog')
    await store.settle(await claim(), { outcome: success })
    for (const { id } of [both, asked]) assert.equal((await store.get(id))?.status, 'ready')
    assert.equal((await create({ dependsOn: [one.id, two.id] })).status, 'ready')
  }),

  // A task that was named as a dependency while it was ready once lost its place at the head of the queue.
  rule('claims what others wait for in its turn, however many stand behind it', async ({ create, claim }) => {
    const tasks = []
    for (let count = 0; count < 20; count += 1) tasks.push(await create())
    for (const task of tasks) {
      await create({ dependsOn: [task.id] })
      assert.equal((await claim()).task.id, task.id)
    }
  }),

  // One that was named while it was delayed once hid others that were due before it.
  rule('claims at its time what is due before something that others wait for', async ({ create, claim, pass, now }) => {
    const early = await create({ notBefore: now() + 1000 })
    const late = await create({ notBefore: now() + 5000 })
    await create({ dependsOn: [late.id] })
    pass(1000)
    assert.equal((await claim()).task.id, early.id)
  }),

  rule('keeps a task waiting while a dependency failed, until that one is retried and done', async (scene) => {
    const { store, create, claim } = scene
    const first = await create()
    const second = await create({ dependsOn: [first.id] })
    await store.settle(await claim(), { outcome: hopeless })
    assert.equal((await store.get(second.id))?.status, 'backlog')
    await store.cancel(second.id)
    const reopened = await store.retry(second.id)
    assert.ok(reopened.type === 'changed' && reopened.task.status === 'backlog')
    await store.retry(first.id)
    await store.settle(await claim(), { outcome: success })
    assert.equal((await claim()).task.id, second.id)
  }),

  rule('waits for a task that was done once and is being done again', async ({ store, create, claim, run }) => {
    const { task: first } = await run(success)
    const { id: secondId } = await create({ title: 'second' })
    const third = await create({ dependsOn: [first.id, secondId] })
    await store.retry(first.id)
    const claims = [await claim(), await claim()]
    const second = claims.find(({ task }) => task.id === secondId)
    const again = claims.find(({ task }) => task.id === first.id)
    assert.ok(second !== undefined && again !== undefined)
    await store.settle(second, { outcome: success })
    assert.equal((await store.get(third.id))?.status, 'backlog')
    await store.settle(again, { outcome: success })
    assert.equal((await store.get(third.id))?.status, 'ready')
  }),

  rule("P7 does not take another agent's task as a dependency", async ({ create }) => {
    const { id } = await create({ agentId: OTHER })
    await assert.rejects(create({ dependsOn: [id] }), invalid('dependsOn.0'))
    await assert.rejects(create({ dependsOn: [(await create()).id, id] }), invalid('dependsOn.1'))
  }),

  rule('knows when the next task may be claimed', async ({ store, create, claim, pass, now }) => {
    const due = now() + 5000
    await create({ notBefore: due })
    assert.equal(await store.nextReadyAt(AGENT), due)
    await create({ title: 'now' })
    assert.ok(((await store.nextReadyAt(AGENT)) ?? Number.NaN) <= now())
    await claim()
    assert.equal(await store.nextReadyAt(AGENT), due)
    pass(6000)
    assert.ok(((await store.nextReadyAt(AGENT)) ?? Number.NaN) <= now())
    await claim()
    assert.equal(await store.nextReadyAt(AGENT), undefined)
  }),

  rule('P15 finds every agent with a ready task, each once', async ({ store, create, claim, now }) => {
    await create({ agentId: 'waits', requiresApproval: true })
    await create({ agentId: 'works' })
    await claim('works')
    for (let count = 0; count < 30; count += 1) await create({ agentId: 'busy' })
    await create({ agentId: 'busy.too', notBefore: now() + 7 })
    await create({ agentId: 'late', notBefore: now() + 9 })
    await create({ agentId: 'late', notBefore: now() + 5 })
    const found = new Map<string, number>()
    for await (const { agentId, readyAt } of store.readyAgents()) {
      assert.ok(!found.has(agentId), `${agentId} came twice`)
      found.set(agentId, readyAt)
    }
    const expected = { busy: now(), 'busy.too': now() + 7, late: now() + 5 }
    assert.deepEqual(found, new Map(Object.entries(expected)))
  }),

  rule('lists tasks newest first, page by page, also by status', async ({ store, create, run }) => {
    for (const title of ['a', 'b', 'c', 'd', 'e']) await create({ title, requiresApproval: true })
    await run(success, { title: 'f' })
    await create({ agentId: OTHER })
    const titles = async (status?: TaskStatus) => {
      const pages = await allPages((options) => store.list(AGENT, { ...options, status }))
      return pages.map((items) => items.map(({ title }) => title).join(''))
    }
    assert.deepEqual(await titles(), ['fe', 'dc', 'ba'])
    assert.deepEqual(await titles('pending-approval'), ['ed', 'cb', 'a'])
    assert.deepEqual(await titles('done'), ['f'])
    assert.deepEqual(await titles('failed'), [''])
  }),

  rule('lists the runs of a task newest first, page by page', async ({ store, create, claim, pass }) => {
    const { id } = await create({ maxAttempts: 5 })
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await store.settle(await claim(), { outcome: failed })
      pass(attempt * BACKOFF_MS)
    }
    const pages = await allPages((options) => store.listRuns(id, options))
    assert.deepEqual(
      pages.map((items) => items.map(({ number }) => number)),
      [[5, 4], [3, 2], [1]],
    )
  }),

  rule('raises the revision with every change', async ({ store, create, claim }) => {
    const { id } = await create({ requiresApproval: true })
    await store.approve(id)
    await store.settle(await claim(), { outcome: blocked })
    await store.resolve(id, { action: 'retry' })
    assert.equal((await store.get(id))?.revision, 5)
  }),

  rule('P6 deletes all that an agent has, and nothing else', async ({ store, create, claim, run, pass }) => {
    const key = { idempotencyKey: 'k' }
    const first = await create(key)
    const held = await claim()
    const stuck = await run(blocked)
    await create({ dependsOn: [first.id] })
    await create({ notBefore: START * 2 })
    const other = await create({ agentId: OTHER, ...key })
    assert.equal(await store.deleteAgent(AGENT), 4)

    assert.deepEqual(await store.settle(held, { outcome: success }), { type: 'lost' })
    assert.equal(await store.heartbeat(held, LEASE), false)
    pass(LEASE.leaseMs)
    assert.deepEqual(await store.reap(), [])
    assert.deepEqual((await store.list(AGENT)).items, [])
    assert.deepEqual((await store.listEscalations()).items, [])
    assert.deepEqual((await store.listRuns(stuck.task.id)).items, [])
    assert.equal(await store.getRun(stuck.run.id), undefined)
    assert.equal(await store.get(first.id), undefined)
    assert.equal(await store.nextReadyAt(AGENT), undefined)
    const again = await create(key)
    assert.notEqual(again.id, first.id)
    assert.deepEqual(await store.get(other.id), other)
  }),
  ...waitingRules,
  ...retentionRules,
]

function nested(levels: number): unknown {
  return levels === 0 ? 'deep' : [nested(levels - 1)]
}
