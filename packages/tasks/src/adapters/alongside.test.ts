import { createMemoryStore } from '@agentic/embedded-store'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { expect, test } from 'vitest'
import type { TaskChange } from '../task-store.ts'
import { createEmbeddedTaskStore } from './embedded.ts'

const LEASE = { leaseMs: 1000 }
const success: WorkerOutcome = { type: 'success', result: '' }

function setup() {
  const embedded = createMemoryStore()
  const batches: string[][] = []
  const log: string[] = []
  const store = createEmbeddedTaskStore(
    {
      ...embedded,
      async write(operations) {
        batches.push(operations.map(({ key }) => key).filter((key) => key.startsWith('event')))
        await embedded.write(operations)
        log.push('written')
      },
    },
    {
      alongside(changes) {
        const words = changes.map(inWords)
        return {
          operations: words.map((value) => ({ type: 'put' as const, key: `event ${value}`, value })),
          onWritten: () => log.push(words.join(', ')),
        }
      },
    },
  )
  return { embedded, store, batches, log }
}

function inWords(change: TaskChange): string {
  const { type, task } = change
  if (type === 'task-updated') return `${task.title} ${change.previous} -> ${task.status}`
  return type === 'task-created' ? `${task.title} created` : `${task.title} ${type} ${change.run.status}`
}

test('P12 writes what goes alongside in the same batch as the change, and tells of it afterwards', async () => {
  const { store, batches, log } = setup()
  const { task } = await store.create({ agentId: 'a', title: 'one', worker: null })
  await store.create({ agentId: 'a', title: 'two', worker: null, dependsOn: [task.id] })
  const claim = await store.claimNextReady('a', LEASE)
  expect(claim).toBeDefined()
  if (claim === undefined) return
  await store.heartbeat(claim, LEASE)
  await store.settle(claim, { outcome: success })
  await store.settle(claim, { outcome: success })

  const told = [
    ['one created'],
    ['two created'],
    ['one run-started running', 'one ready -> in-progress'],
    [],
    ['one run-ended ended', 'one in-progress -> done', 'two backlog -> ready'],
  ]
  expect(batches).toEqual(told.map((words) => words.map((word) => `event ${word}`)))
  expect(log).toEqual(told.flatMap((words) => ['written', ...(words.length > 0 ? [words.join(', ')] : [])]))
})

test('writes nothing when what goes alongside cannot be said', async () => {
  const embedded = createMemoryStore()
  const store = createEmbeddedTaskStore(embedded, {
    alongside: () => {
      throw new Error('no event')
    },
  })
  await expect(store.create({ agentId: 'a', title: 't', worker: null })).rejects.toThrow('no event')
  expect(await embedded.keys({})).toEqual([])
})

test('ends the other runs when one task is damaged, and says which was', async () => {
  const { embedded, store } = setup()
  for (const agentId of ['a', 'b']) await store.create({ agentId, title: 't', worker: null })
  const claims = [await store.claimNextReady('a', LEASE), await store.claimNextReady('b', LEASE)]
  const [damaged, whole] = claims.map((claim) => claim?.run.id ?? '')
  await embedded.write([{ type: 'delete', key: `tasks\0run\0${damaged}` }])
  const failure: unknown = await store.reap({ all: true }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ errors: [{ code: 'TASK_STORE_DAMAGED' }] })
  expect((await store.getRun(whole ?? ''))?.status).toBe('ended')
})
