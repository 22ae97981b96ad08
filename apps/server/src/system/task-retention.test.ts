import { createMemoryStore } from '@agentic/embedded-store'
import { createEmbeddedTaskStore } from '@agentic/tasks'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTaskRetention, type TaskRetentionOptions } from './task-retention.ts'

const DAY_MS = 86_400_000

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 * DAY_MS, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

async function setup(options: Partial<TaskRetentionOptions> = {}) {
  const tasks = createEmbeddedTaskStore(createMemoryStore())
  const forgotten: string[] = []
  const failures: unknown[] = []
  const retention = createTaskRetention({
    tasks,
    keepMs: 30 * DAY_MS,
    forgetRun: async (agentId, runId) => forgotten.push(`${agentId} ${runId}`),
    onFailed: (error) => failures.push(error),
    ...options,
  })
  const add = async (title: string) => (await tasks.create({ agentId: 'a', title, worker: {} })).task
  const finish = async (title: string) => {
    const { id } = await add(title)
    const claim = await tasks.claimNextReady('a', { leaseMs: 1000 })
    await tasks.settle(claim!, { outcome: { type: 'success', result: 'ok' } })
    return { id, runId: claim!.run.id }
  }
  const titles = async () => (await tasks.list('a')).items.map(({ title }) => title)
  return { tasks, retention, forgotten, failures, add, finish, titles }
}

describe('tasks that ended long ago', () => {
  test('go with the files of their runs; what waits or ended later stays', async () => {
    const { retention, forgotten, add, finish, titles } = await setup()
    const old = await finish('old')
    vi.setSystemTime(1_020 * DAY_MS)
    await finish('newer')
    await add('waits')
    vi.setSystemTime(1_031 * DAY_MS)
    expect(await retention.sweep()).toBe(1)
    expect(await titles()).toEqual(['waits', 'newer'])
    expect(forgotten).toEqual([`a ${old.runId}`])
    expect(await retention.sweep()).toBe(0)
  })

  test('are all found, however many there are', async () => {
    const { retention, finish, titles } = await setup()
    for (let count = 0; count < 300; count += 1) await finish(`task ${count}`)
    vi.setSystemTime(1_031 * DAY_MS)
    expect(await retention.sweep()).toBe(300)
    expect(await titles()).toEqual([])
  })

  test('go by themselves soon after the start and then every hour, and no more when it is closed', async () => {
    const { retention, finish, titles } = await setup()
    await finish('old')
    vi.setSystemTime(1_031 * DAY_MS)
    retention.open()
    await vi.advanceTimersByTimeAsync(60_000)
    await vi.waitFor(async () => expect(await titles()).toEqual([]))
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    await retention.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('are kept for ever where that is asked for, without a timer', async () => {
    const { retention, finish, titles } = await setup({ keepMs: 0 })
    await finish('old')
    vi.setSystemTime(9_000 * DAY_MS)
    retention.open()
    expect(vi.getTimerCount()).toBe(0)
    expect(await retention.sweep()).toBe(0)
    expect(await titles()).toEqual(['old'])
  })

  test('P19 are still there to find the files by when the process dies before these are gone', async () => {
    const began = Promise.withResolvers<void>()
    const { retention, finish, titles } = await setup({
      forgetRun() {
        began.resolve()
        return new Promise(() => undefined)
      },
    })
    await finish('old')
    vi.setSystemTime(1_031 * DAY_MS)
    void retention.sweep()
    await began.promise
    expect(await titles()).toEqual(['old'])
  })

  test('stay when their files cannot be removed, and keep no other', async () => {
    let isBroken = true
    const { retention, failures, finish, titles } = await setup({
      forgetRun: async (_, runId) => {
        if (isBroken && runId === first.runId) throw new Error('no disk')
      },
    })
    const first = await finish('stuck')
    await finish('other')
    vi.setSystemTime(1_031 * DAY_MS)
    expect(await retention.sweep()).toBe(1)
    expect(await titles()).toEqual(['stuck'])
    expect(failures).toMatchObject([{ message: 'no disk' }])
    isBroken = false
    expect(await retention.sweep()).toBe(1)
    expect(await titles()).toEqual([])
  })

  test('are tried again in an hour when they cannot be removed', async () => {
    const { retention, failures } = await setup({ tasks: { prune: () => Promise.reject(new Error('no disk')) } })
    retention.open()
    await vi.advanceTimersByTimeAsync(60_000)
    await vi.waitFor(() => expect(failures).toMatchObject([{ message: 'no disk' }]))
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    await retention.close()
  })
})
