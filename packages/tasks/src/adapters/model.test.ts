import { createMemoryStore } from '@agentic/embedded-store'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertConsistent } from '../../test/assert-consistent.ts'
import { type Act, acts, createModel, queueActs } from '../../test/task-model.ts'
import type { Claim, Task } from '../task.ts'
import { TaskError } from '../errors.ts'
import { createEmbeddedTaskStore } from './embedded.ts'

const LEASE = { leaseMs: 10 }

function setup() {
  let time = 1000
  const clock = () => time
  const embedded = createMemoryStore()
  const store = createEmbeddedTaskStore(embedded, { clock, backoffMs: (attempts) => attempts * 7 })
  const taskIds: string[] = []
  const claims: Claim[] = []

  const taskId = (pick: number) => taskIds[pick % taskIds.length] ?? 'none'
  const claim = (pick: number) => claims[pick % claims.length]

  /** Does one act; answers in the words of the model: tasks and claims by their number. */
  async function perform(act: Act): Promise<string> {
    switch (act.type) {
      case 'pass':
        time += act.ms
        return ''
      case 'create': {
        const { agentId, priority, delayMs, requiresApproval, maxAttempts } = act
        const own = await store.list(agentId, { limit: 500 })
        const dependsOn = [...new Set(act.dependsOn.map(taskId))].filter((id) => own.items.some((one) => one.id === id))
        const notBefore = delayMs === 0 ? undefined : time + delayMs
        const fields = { agentId, priority, notBefore, requiresApproval, maxAttempts, dependsOn }
        // What it was to depend on may be removed at the same time.
        const made = await store.create({ title: 't', worker: null, ...fields }).catch(unlessRefused)
        if (made === undefined) return 'refused'
        taskIds.push(made.task.id)
        return made.task.status
      }
      case 'claim': {
        const held = await store.claimNextReady(act.agentId, LEASE)
        if (held !== undefined) claims.push(held)
        return held === undefined ? 'none' : String(taskIds.indexOf(held.task.id))
      }
      case 'heartbeat': {
        const held = claim(act.pick)
        return held === undefined ? 'none' : String(await store.heartbeat(held, LEASE))
      }
      case 'settle': {
        const held = claim(act.pick)
        return held === undefined ? 'none' : (await store.settle(held, { outcome: act.outcome })).type
      }
      case 'reap': {
        const reaped = await store.reap({ all: act.all })
        return reaped
          .map(({ task }) => taskIds.indexOf(task.id))
          .toSorted((one, other) => one - other)
          .join()
      }
      case 'approve':
        return (await store.approve(taskId(act.pick))).type
      case 'cancel':
        return (await store.cancel(taskId(act.pick))).type
      case 'retry':
        return (await store.retry(taskId(act.pick))).type
      case 'resolve':
        return (await store.resolve(taskId(act.pick), { action: act.action })).type
      case 'ask': {
        const held = claim(act.pick)
        return held === undefined ? 'none' : (await store.ask(held, { text: 'Which?' })).type
      }
      case 'answer':
        return (await store.answer(taskId(act.pick), { value: act.pick })).type
      case 'take-answer': {
        const held = claim(act.pick)
        return held === undefined ? 'none' : (await store.takeAnswer(held)).type
      }
      case 'prune': {
        const { removed } = await store.prune({ endedBefore: Math.max(0, time - act.ms), limit: 1000 })
        return removed.map((task) => taskIds.indexOf(task.taskId)).join()
      }
      default:
        return act satisfies never
    }
  }

  return { embedded, store, perform, taskIds, claims }
}

test.for([
  ['whatever happens in whatever order', acts, 60, 200],
  ['with long queues', queueActs, 120, 60],
] as const)('P8 P11 does what the simple model does, %s', async ([, act, maxLength, numRuns]) => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength, size: 'max' }), async (all) => {
      const { embedded, store, perform, taskIds } = setup()
      const model = createModel(LEASE.leaseMs)
      for (const next of all) {
        expect({ act: next, answer: await perform(next) }).toEqual({ act: next, answer: model.perform(next) })
      }
      const tasks = await Promise.all(taskIds.map((id) => store.get(id)))
      expect(tasks.map((task) => (task === undefined ? 'gone' : described(task)))).toEqual(model.tasks())
      await assertConsistent(embedded)
    }),
    { numRuns, seed: 20_260 },
  )
})

test('P8 gives each run one outcome and each task one open run, however callers overlap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(acts, { maxLength: 12 }), { maxLength: 6 }), async (rounds) => {
      const { embedded, store, perform, claims } = setup()
      const outcomes = new Map<string, WorkerOutcome>()
      for (const round of rounds) {
        await Promise.all(round.map(perform))
        expect(new Set(claims.map(({ run }) => run.id)).size).toBe(claims.length)
        for (const { run } of claims) {
          const kept = await store.getRun(run.id)
          // Pruned, and with it the outcome that it had.
          if (kept === undefined) continue
          const { outcome } = kept
          expect(outcomes.get(run.id) ?? outcome).toEqual(outcome)
          if (outcome !== undefined) outcomes.set(run.id, outcome)
        }
        await assertConsistent(embedded)
      }
    }),
    { numRuns: 100, seed: 20_261 },
  )
})

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof TaskError) || error.code !== 'TASK_INVALID') throw error
}

function described({ status, attempts, waiting, answer }: Task): string {
  return `${status} ${attempts}${waiting === undefined ? '' : ' waiting'}${answer === undefined ? '' : ' answered'}`
}
