import assert from 'node:assert/strict'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import type { TaskStore } from '../task-store.ts'
import type { Claim, Question } from '../task.ts'
import { AGENT, blocked, hopeless, invalid, LEASE, OTHER, rule, success, type TaskStoreRule, timeout } from './scene.ts'

const QUESTION = { text: 'Which of the two accounts?', details: ['mine', 'theirs'] }
const DAY_SECS = 86_400

/** What a store keeps where a person is asked, or a rate limit is waited out. */
export const waitingRules: readonly TaskStoreRule[] = [
  rule('asks a person, and keeps the answer until the run takes it, once', async (scene) => {
    const { store, create, claim, now, pass } = scene
    await create()
    const held = await claim()
    const question = await asked(store, held)
    assert.deepEqual(question, { ...QUESTION, type: 'question', id: question.id, runId: held.run.id, askedAt: now() })
    const waiting = await store.get(held.task.id)
    assert.ok(waiting?.status === 'in-progress')
    assert.deepEqual(waiting.waiting, question)
    assert.deepEqual(await store.takeAnswer(held), { type: 'none' })
    pass(1000)

    const answered = await store.answer(held.task.id, { value: 'mine' })
    assert.ok(answered.type === 'changed' && answered.task.status === 'in-progress')
    assert.deepEqual(answered.task.answer, { question, value: 'mine', answeredAt: now() })
    assert.equal(answered.task.waiting, undefined)
    assert.deepEqual(await store.get(held.task.id), answered.task)
    const taken = await store.takeAnswer(held)
    assert.ok(taken.type === 'taken' && taken.answer.value === 'mine' && taken.task.answer === undefined)
    assert.deepEqual(await store.takeAnswer(held), { type: 'none' })
    assert.equal((await store.settle(held, { outcome: success })).type, 'settled')
  }),

  rule('lists what runs ask beside what is blocked, until it is answered', async ({ store, create, claim, run }) => {
    const stopped = await run(blocked)
    await create()
    const held = await claim()
    const { question, task } = await asking(store, held, { ...QUESTION, type: 'permission' })
    const { items } = await store.listEscalations({ agentId: AGENT })
    assert.deepEqual(
      items.map(({ taskId, type }) => [taskId, type]),
      [
        [stopped.task.id, 'blocked'],
        [task.id, 'permission'],
      ],
    )
    assert.ok(items[1]?.type === 'permission')
    assert.deepEqual(items[1].question, question)
    assert.equal(items[1].runId, held.run.id)
    assert.deepEqual((await store.listEscalations()).items, items)
    await store.answer(task.id, { value: true })
    assert.deepEqual((await store.listEscalations()).items, [items[0]])
  }),

  rule('takes no answer for a task that is being cancelled: nobody would get it', async ({ store, create, claim }) => {
    await create()
    const held = await claim()
    await asked(store, held)
    assert.equal((await store.cancel(held.task.id)).type, 'running')
    const before = await store.get(held.task.id)
    assert.equal((await store.answer(held.task.id, { value: 'mine' })).type, 'wrong-status')
    assert.deepEqual(await store.get(held.task.id), before)
  }),

  rule('P19 still waits when the run that asked is lost, and goes on with the answer', async (scene) => {
    const { store, create, claim, pass, now } = scene
    await create({ maxAttempts: 1 })
    const held = await claim()
    const question = await asked(store, held)
    const before = await store.listEscalations()
    pass(5000)
    const [lost] = await store.reap({ all: true })
    assert.ok(lost?.run.outcome?.type === 'failed' && lost.run.outcome.code === 'RUN_LOST')
    assert.ok(lost.task.status === 'blocked')
    assert.deepEqual(lost.task.waiting, question)
    assert.deepEqual(await store.listEscalations(), before)
    assert.equal(await store.nextReadyAt(AGENT), undefined)

    const answered = await store.answer(held.task.id, { value: 'theirs' })
    assert.ok(answered.type === 'changed' && answered.task.status === 'ready' && answered.task.attempts === 0)
    assert.deepEqual((await store.listEscalations()).items, [])
    const next = await claim()
    assert.deepEqual(next.task.answer, { question, value: 'theirs', answeredAt: now() })
    assert.equal((await store.takeAnswer(held)).type, 'lost')
    assert.equal((await store.takeAnswer(next)).type, 'taken')
    assert.equal((await store.get(held.task.id))?.answer, undefined)
  }),

  rule('P19 hands an answer that the run did not live to take to the next, at once and uncounted', async (scene) => {
    const { store, create, claim } = scene
    await create({ maxAttempts: 1 })
    const held = await claim()
    await asked(store, held)
    await store.answer(held.task.id, { value: 'mine' })
    const [lost] = await store.reap({ all: true })
    assert.equal(lost?.task.status, 'ready')
    const next = await claim()
    assert.equal(next.task.attempts, 1)
    assert.equal(next.task.answer?.value, 'mine')
    // A run that never takes it is counted as any other: nothing is tried for ever.
    const [again] = await store.reap({ all: true })
    assert.equal(again?.task.status, 'failed')
  }),

  rule('P8 ends a run that waits as its outcome says, and the question with it', async ({ store, create, claim }) => {
    const ends: readonly (readonly [WorkerOutcome, string])[] = [
      [timeout, 'failed'],
      [success, 'done'],
      [{ type: 'cancelled', reason: 'stopped' }, 'cancelled'],
      [hopeless, 'failed'],
    ]
    for (const [outcome, status] of ends) {
      await create()
      const held = await claim()
      await asked(store, held)
      const settled = await store.settle(held, { outcome })
      assert.ok(settled.type === 'settled' && settled.task.status === status && settled.task.waiting === undefined)
      assert.equal((await store.answer(held.task.id, { value: 1 })).type, 'wrong-status')
    }
    assert.deepEqual((await store.listEscalations()).items, [])
  }),

  rule('a block that is met while a question waits is what the person is told of', async ({ store, create, claim }) => {
    await create()
    const held = await claim()
    await asked(store, held)
    await store.settle(held, { outcome: blocked })
    const { items } = await store.listEscalations()
    assert.deepEqual(
      items.map(({ type }) => type),
      ['blocked'],
    )
    assert.equal((await store.answer(held.task.id, { value: 1 })).type, 'wrong-status')
  }),

  rule('asks one thing at a time, and nothing while an answer lies ready', async ({ store, create, claim }) => {
    await create()
    const held = await claim()
    const question = await asked(store, held)
    assert.deepEqual(await store.ask(held, { text: 'And this?' }), { type: 'waiting', question })
    await store.answer(held.task.id, { value: 'mine' })
    const refused = await store.ask(held, { text: 'And this?' })
    assert.ok(refused.type === 'answered' && refused.answer.value === 'mine')
    await store.takeAnswer(held)
    const second = await asked(store, held)
    assert.notEqual(second.id, question.id)
    await store.settle(held, { outcome: success })
    assert.deepEqual(await store.ask(held, QUESTION), { type: 'lost' })
    assert.deepEqual(await store.takeAnswer(held), { type: 'lost' })
  }),

  rule('takes an answer for the question that is meant, one time, and for no other', async (scene) => {
    const { store, create, claim } = scene
    await create()
    const held = await claim()
    const question = await asked(store, held)
    const other = await store.answer(held.task.id, { value: 1, questionId: 'question_of_before' })
    assert.equal(other.type, 'wrong-status')
    const answers = await Promise.all(
      ['one', 'two'].map((value) => store.answer(held.task.id, { value, questionId: question.id })),
    )
    assert.deepEqual(answers.map(({ type }) => type).toSorted(), ['changed', 'wrong-status'])
    const nobody = await store.answer('task_000000000000000000000000', { value: 1 })
    assert.deepEqual(nobody, { type: 'not-found' })
    const idle = await create({ agentId: OTHER })
    assert.equal((await store.answer(idle.id, { value: 1 })).type, 'wrong-status')
  }),

  rule('cancels what waits: at once when its run is lost, else when it ends', async ({ store, create, claim }) => {
    await create()
    const held = await claim()
    await asked(store, held)
    assert.equal((await store.cancel(held.task.id)).type, 'running')
    const [ended] = await store.reap({ all: true })
    assert.ok(ended?.task.status === 'cancelled' && ended.task.waiting === undefined)

    await create()
    const later = await claim()
    await asked(store, later)
    await store.reap({ all: true })
    const gone = await store.cancel(later.task.id)
    assert.ok(gone.type === 'changed' && gone.task.status === 'cancelled' && gone.task.waiting === undefined)
    assert.deepEqual((await store.listEscalations()).items, [])
  }),

  rule('a question that nobody will answer is asked again, or given up', async ({ store, create, claim }) => {
    await create()
    const held = await claim()
    await asked(store, held)
    await store.reap({ all: true })
    const retried = await store.resolve(held.task.id, { action: 'retry' })
    assert.ok(retried.type === 'changed' && retried.task.status === 'ready' && retried.task.waiting === undefined)
    const next = await claim()
    await asked(store, next)
    await store.reap({ all: true })
    const dropped = await store.resolve(held.task.id, { action: 'abandon' })
    assert.ok(dropped.type === 'changed' && dropped.task.status === 'cancelled' && dropped.task.waiting === undefined)
  }),

  rule('P20 refuses bad questions and answers', async ({ store, create, claim }) => {
    await create()
    const held = await claim()
    await assert.rejects(store.ask(held, { text: '' }), invalid('text'))
    await assert.rejects(store.ask(held, { text: 'x', type: 'riddle' } as never), invalid('type'))
    await assert.rejects(store.answer(held.task.id, {} as never), invalid('value'))
    assert.equal((await store.get(held.task.id))?.waiting, undefined)
  }),

  rule('P11 leaves a rate limit to a person unless told otherwise', async ({ store, run }) => {
    const { task } = await run(rateLimited(60))
    assert.equal((await store.get(task.id))?.status, 'blocked')
  }),

  rule(
    'P11 waits a rate limit out once when told to, and leaves the next one to a person',
    async ({ store, run, claim, now, pass }) => {
      const { task } = await run(rateLimited(60), { maxAttempts: 1 })
      const waiting = await store.get(task.id)
      assert.ok(waiting?.status === 'ready' && waiting.readyAt === now() + 60_000)
      assert.deepEqual((await store.listEscalations()).items, [])
      assert.equal(await store.claimNextReady(AGENT, LEASE), undefined)
      pass(60_000)
      await store.settle(await claim(), { outcome: rateLimited(60) })
      assert.equal((await store.get(task.id))?.status, 'blocked')

      // A person who opens the task again opens this again too.
      await store.resolve(task.id, { action: 'retry' })
      await store.settle(await claim(), { outcome: rateLimited(60) })
      assert.equal((await store.get(task.id))?.status, 'ready')
    },
    { rateLimitMaxWaitMs: 3_600_000 },
  ),

  rule(
    'P11 leaves a rate limit to a person that asks for too long, or says nothing',
    async ({ store, run }) => {
      for (const outcome of [rateLimited(DAY_SECS), rateLimited(undefined), blocked]) {
        const { task } = await run(outcome)
        assert.equal((await store.get(task.id))?.status, 'blocked')
      }
    },
    { rateLimitMaxWaitMs: 3_600_000 },
  ),
]

function rateLimited(retryAfterSecs: number | undefined): WorkerOutcome {
  const block = { type: 'rate-limit' as const, ...(retryAfterSecs === undefined ? {} : { retryAfterSecs }) }
  return { type: 'blocked', block, evidence: { signals: ['429'] } }
}

async function asking(store: TaskStore, claim: Claim, question: Parameters<TaskStore['ask']>[1]) {
  const result = await store.ask(claim, question)
  assert.ok(result.type === 'asked', `asked, not ${result.type}`)
  return result
}

async function asked(store: TaskStore, claim: Claim): Promise<Question> {
  return (await asking(store, claim, QUESTION)).question
}
