import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { createEmbeddedWakeStore, createWakeManager, type WakeManager } from '@agentic/wake'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { expect, test } from 'vitest'
import type { TaskChange } from '../task-store.ts'
import { createEmbeddedTaskStore } from './embedded.ts'

const LEASE = { leaseMs: 60_000 }
const success: WorkerOutcome = { type: 'success', result: 'done' }
const failed: WorkerOutcome = { type: 'failed', code: 'X', message: 'x', retryable: true }

/** Time that stands still, with the timers of one life. */
function createTime() {
  let now = 1_000_000
  let timers: { readonly at: number; readonly run: () => void }[] = []
  return {
    now: () => now,
    setTimer(run: () => void, delayMs: number) {
      const timer = { at: now + delayMs, run }
      timers.push(timer)
      return () => void (timers = timers.filter((other) => other !== timer))
    },
    forgetTimers: () => void (timers = []),
    pass(ms: number) {
      now += ms
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { run } of due) run()
    },
  }
}

type Time = ReturnType<typeof createTime>

async function rest(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

interface Life {
  readonly tasks: ReturnType<typeof createEmbeddedTaskStore>
  readonly manager: WakeManager
  readonly handled: string[]
  readonly mostAtOnce: () => number
}

/** A process: tasks that ring in the same write, and agents that work on all that is ready when they get up. */
async function live(disk: EmbeddedStore, time: Time, outcomeOf: (title: string) => WorkerOutcome): Promise<Life> {
  const wakes = createEmbeddedWakeStore(disk)
  const handled: string[] = []
  let [atOnce, mostAtOnce] = [0, 0]
  const manager: WakeManager = createWakeManager({
    store: wakes,
    clock: time,
    concurrency: 8,
    async handler({ agentId }) {
      atOnce += 1
      mostAtOnce = Math.max(mostAtOnce, atOnce)
      for (let claim = await tasks.claimNextReady(agentId, LEASE); claim !== undefined;) {
        handled.push(claim.task.title)
        await tasks.settle(claim, { outcome: outcomeOf(claim.task.title) })
        claim = await tasks.claimNextReady(agentId, LEASE)
      }
      atOnce -= 1
    },
  })
  const ring = ({ task }: TaskChange) =>
    wakes.prepareRing(task.agentId, { type: 'task', at: time.now() }, { dueAt: task.readyAt })
  const tasks = createEmbeddedTaskStore(disk, {
    clock: time.now,
    backoffMs: () => 5000,
    alongside(changes) {
      const ready = changes.filter((change) => change.task.status === 'ready' && change.type.startsWith('task-'))
      const rings = ready.map(ring)
      return {
        operations: rings.flatMap(({ operations }) => operations),
        onWritten() {
          for (const { onWritten } of rings) onWritten()
          for (const { task } of ready) manager.notify(task.agentId)
        },
      }
    },
  })
  await tasks.reap({ all: true })
  await manager.open()
  return { tasks, manager, handled, mostAtOnce: () => mostAtOnce }
}

test('K6 one ring runs all that is ready, not one task of it', async () => {
  const { tasks, manager, handled } = await live(createMemoryStore(), createTime(), () => success)
  const create = (title: string) => tasks.create({ agentId: 'ada', title, worker: null })
  await Promise.all(['1', '2', '3', '4', '5'].map(create))
  await rest()
  expect(handled).toEqual(['1', '2', '3', '4', '5'])
  await manager.close()
})

test('K6 P12 a task that failed is tried again at its time though the process was killed meanwhile, and nobody rings', async () => {
  const disk = createMemoryStore()
  const time = createTime()
  const first = await live(disk, time, () => failed)
  await first.tasks.create({ agentId: 'ada', title: 'again', worker: null })
  await rest()
  expect(first.handled).toEqual(['again'])
  time.forgetTimers()
  const second = await live({ ...disk }, time, () => success)
  await rest()
  expect(second.handled).toEqual([])
  time.pass(5000)
  await rest()
  expect(second.handled).toEqual(['again'])
  await second.manager.close()
})

test('C22 K22 P19 what was claimed when the process was killed runs in the next, by itself', async () => {
  const disk = createMemoryStore()
  const time = createTime()
  const first = await live(disk, time, () => success)
  await first.manager.close()
  await first.tasks.create({ agentId: 'ada', title: 'lost', worker: null })
  await first.tasks.claimNextReady('ada', LEASE)
  time.forgetTimers()
  const second = await live({ ...disk }, time, () => success)
  time.pass(5000)
  await rest()
  expect(second.handled).toEqual(['lost'])
  await second.manager.close()
})

test('K7 E9 P14 a storm of a thousand rings runs each ready task once, a bounded number of agents at a time', async () => {
  const { tasks, manager, handled, mostAtOnce } = await live(createMemoryStore(), createTime(), () => success)
  const agents = Array.from({ length: 50 }, (_, index) => `agent-${index}`)
  const rings = Array.from({ length: 1000 }, (_, index) =>
    manager.fire(agents[index % agents.length] as string, { type: 'webhook' }),
  )
  const creations = Array.from({ length: 200 }, (_, index) =>
    tasks.create({ agentId: agents[index % agents.length] as string, title: `${index}`, worker: null }),
  )
  await Promise.all([...rings, ...creations])
  for (let stats = await manager.stats(); stats.queued + stats.running > 0; stats = await manager.stats()) await rest()
  expect(handled.toSorted()).toEqual(Array.from({ length: 200 }, (_, index) => `${index}`).toSorted())
  expect(mostAtOnce()).toBe(8)
  await manager.close()
})

test('P19 an agent is woken for the answer that its task waits for, though the process was killed after the question', async () => {
  const disk = createMemoryStore()
  const time = createTime()
  const first = await live(disk, time, () => success)
  await first.manager.close()
  const { task } = await first.tasks.create({ agentId: 'ada', title: 'asks', worker: null })
  const claim = await first.tasks.claimNextReady('ada', LEASE)
  await first.tasks.ask(claim ?? raise(), { text: 'Which?' })
  time.forgetTimers()
  const second = await live({ ...disk }, time, () => success)
  time.pass(3_600_000)
  await rest()
  expect(second.handled).toEqual([])
  await second.tasks.answer(task.id, { value: 'this one' })
  await rest()
  expect(second.handled).toEqual(['asks'])
  await second.manager.close()
})

function raise(): never {
  throw new Error('there was nothing to claim')
}
