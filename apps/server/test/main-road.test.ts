import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkerFunction } from '@agentic/worker'
import { describe, expect, test } from 'vitest'
import { startServer } from './running-server.ts'

const printEnv = { title: 'Print the environment', worker: { type: 'command', shell: 'env | sort' } }

describe('the main road', () => {
  test('P2 P3 each agent’s command gets its own and the shared tool secrets, and none of them comes out', async () => {
    await using server = await startServer()
    const { api } = server
    await api.put('/api/secrets/SHARED_TOOL', { value: 'shared-tool-value-1', category: 'tool' })
    await api.put('/api/secrets/MODEL_KEY', { value: 'host-only-value-1', category: 'system' })
    for (const id of ['alice', 'bob']) {
      expect((await api.post('/api/agents', { id })).body).toMatchObject({ id, mode: 'dormant' })
      expect((await api.put(`/api/agents/${id}/secrets/GH_TOKEN`, { value: `token-of-${id}` })).status).toBe(201)
    }

    for (const id of ['alice', 'bob']) {
      const check = `[ "$GH_TOKEN" = token-of-${id} ] && [ "$SHARED_TOOL" = shared-tool-value-1 ] && [ -z "$MODEL_KEY" ] && env`
      const created = await api.post(`/api/agents/${id}/tasks`, {
        title: 'Check',
        worker: { type: 'command', shell: check },
      })
      expect(created.status).toBe(201)
      const task = await api.taskReaches(created.body.id, 'done', 'failed')
      expect(task.outcome).toMatchObject({ type: 'success' })
      expect(task.outcome.result).toContain('GH_TOKEN=[REDACTED')
      expect(task.outcome.result).toContain('SHARED_TOOL=[REDACTED')
      expect(task.outcome.result).not.toContain('MODEL_KEY')
      expect(task.attempts).toBe(1)
    }

    const everything = [await eventsUntilNow(api), await treeText(join(server.dataDir, 'store'))].join('\n')
    expect(everything).toContain('run-ended')
    for (const value of ['token-of-alice', 'token-of-bob', 'shared-tool-value-1', 'host-only-value-1']) {
      expect(everything.replaceAll(`= ${value}`, '')).not.toContain(value)
    }
  })

  test('P11 a command that fails is tried again later, and says what it said', async () => {
    await using server = await startServer()
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const command = { type: 'command', argv: ['sh', '-c', 'echo half; echo broken >&2; exit 3'] }
    const { body } = await api.post('/api/agents/a/tasks', { title: 'Fail', worker: command, maxAttempts: 1 })
    const once = await api.taskReaches(body.id, 'failed')
    expect(once.outcome).toMatchObject({
      type: 'failed',
      code: 'EXIT_3',
      retryable: true,
      partialResult: expect.stringContaining('half'),
    })
    expect(once.outcome.message).toContain('broken')

    const again = await api.post('/api/agents/a/tasks', { title: 'Fail', worker: command, maxAttempts: 2 })
    for await (const event of api.events(0))
      if (event.type === 'run-ended' && event.data.data.run.taskId === again.body.id) break
    const waiting = (await api.get(`/api/tasks/${again.body.id}`)).body
    expect(waiting).toMatchObject({ status: 'ready', attempts: 1 })
    expect(Date.parse(waiting.readyAt)).toBeGreaterThan(Date.now())
  })

  test('P9 a command that outlives its wall clock ends as timeout, and its children are gone', async () => {
    await using server = await startServer()
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const marker = `86399.${process.pid}`
    const shell = `trap '' TERM; sleep ${marker} & echo started; wait; sleep ${marker}`
    const { body } = await api.post('/api/agents/a/tasks', {
      title: 'Sleep',
      worker: { type: 'command', shell },
      wallClockSecs: 1,
    })
    const task = await api.taskReaches(body.id, 'failed', 'done')
    expect(task).toMatchObject({
      status: 'failed',
      outcome: { type: 'timeout', limit: 'wall-clock', partialResult: expect.stringContaining('started') },
    })
    expect(task.outcome.elapsedSecs).toBeLessThan(2.5)
    expect(await processesWith(marker)).toEqual([])
  })

  test('a task in progress is cancelled, with its run', async () => {
    await using server = await startServer()
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const { body } = await api.post('/api/agents/a/tasks', {
      title: 'Sleep',
      worker: { type: 'command', argv: ['sleep', '86398'] },
    })
    await api.taskReaches(body.id, 'in-progress')
    const cancelled = await api.post(`/api/tasks/${body.id}/cancel`, { reason: 'no longer needed' })
    expect(cancelled.status).toBe(202)
    const task = await api.taskReaches(body.id, 'cancelled')
    expect(task.outcome).toMatchObject({ type: 'cancelled', reason: 'no longer needed' })
    expect((await api.post(`/api/tasks/${body.id}/cancel`)).status).toBe(409)
    expect((await api.post(`/api/tasks/${body.id}/retry`)).body.status).toBe('ready')
  })

  test('a task that needs approval waits for it', async () => {
    await using server = await startServer()
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const { body } = await api.post('/api/agents/a/tasks', { ...printEnv, requiresApproval: true })
    expect(body.status).toBe('pending-approval')
    expect((await api.post(`/api/tasks/${body.id}/approve`)).body.status).toBe('ready')
    await api.taskReaches(body.id, 'done')
  })

  test('P10 a block becomes an escalation with its evidence; a person resolves it, and the task runs again', async () => {
    let isSolved = false
    const visit = async () => {
      if (isSolved) return 'the page'
      return {
        type: 'blocked',
        block: { type: 'captcha', provider: 'hcaptcha' },
        url: 'https://shop.example/',
        evidence: {
          finalUrl: 'https://shop.example/check',
          status: 403,
          signals: ['an hCaptcha form is all there is'],
        },
      }
    }
    await using server = await startServer({ functions: { visit } })
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const { body } = await api.post('/api/agents/a/tasks', {
      title: 'Visit',
      worker: { type: 'function', name: 'visit' },
    })
    await api.taskReaches(body.id, 'blocked')
    const escalations = (await api.get('/api/escalations')).body.items
    expect(escalations).toMatchObject([
      {
        taskId: body.id,
        agentId: 'a',
        block: { type: 'captcha', provider: 'hcaptcha' },
        evidence: { status: 403, signals: [expect.any(String)] },
      },
    ])
    isSolved = true
    expect((await api.post(`/api/tasks/${body.id}/resolve`, { action: 'retry', note: 'solved it' })).body.status).toBe(
      'ready',
    )
    expect((await api.taskReaches(body.id, 'done')).outcome).toMatchObject({ type: 'success', result: 'the page' })
    expect((await api.get('/api/escalations')).body.items).toEqual([])
    const runs = (await api.get(`/api/tasks/${body.id}/runs`)).body.items
    expect(runs.map((run: { outcome: { type: string } }) => run.outcome.type)).toEqual(['success', 'blocked'])
    const types = (await eventTypes(api)).filter((type) => type.startsWith('escalation'))
    expect(types).toEqual(['escalation-opened', 'escalation-resolved'])
  })

  test('P6 a deleted agent takes everything along, and a new one of its id inherits nothing', async () => {
    await using server = await startServer()
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    await api.put('/api/agents/a/secrets/GH_TOKEN', { value: 'token-of-the-first' })
    const job = await api.post('/api/agents/a/cron', {
      name: 'hourly',
      schedule: { cron: '0 * * * *' },
      task: printEnv,
    })
    expect(job.status).toBe(201)
    const done = await api.post('/api/agents/a/tasks', {
      title: 'Leave a file',
      worker: { type: 'command', shell: 'echo mine > left' },
    })
    await api.taskReaches(done.body.id, 'done')
    const running = await api.post('/api/agents/a/tasks', {
      title: 'Sleep',
      worker: { type: 'command', argv: ['sleep', '86397'] },
    })
    await api.taskReaches(running.body.id, 'in-progress')

    expect((await api.send('DELETE', '/api/agents/a')).status).toBe(204)
    expect(await processesWith('86397')).toEqual([])
    expect((await api.get(`/api/tasks/${done.body.id}`)).status).toBe(404)
    expect((await api.get(`/api/cron/${job.body.id}`)).status).toBe(404)
    expect((await api.get('/api/agents/a/secrets')).status).toBe(404)

    expect((await api.post('/api/agents', { id: 'a' })).status).toBe(201)
    expect((await api.get('/api/agents/a/secrets')).body.items).toEqual([])
    expect((await api.get('/api/agents/a/tasks')).body.items).toEqual([])
    expect((await api.get('/api/agents/a/cron')).body.items).toEqual([])
    const look = await api.post('/api/agents/a/tasks', {
      title: 'Look',
      worker: { type: 'command', shell: 'ls; echo "[$GH_TOKEN]"' },
    })
    expect((await api.taskReaches(look.body.id, 'done')).outcome.result).toBe('[]\n')
  })

  test('P12 tasks that a stop left waiting are taken up by the next start', async () => {
    const started = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const work: WorkerFunction = async () => {
      started.resolve()
      await end.promise
      return 'done'
    }
    await using first = await startServer({ functions: { work }, env: { AGENTIC_DRAIN_SECS: '20' } })
    await first.api.post('/api/agents', { id: 'a' })
    const task = { title: 'Work', worker: { type: 'function', name: 'work' } }
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push((await first.api.post('/api/agents/a/tasks', task)).body.id)
    await started.promise
    const restarted = first.restart()
    end.resolve()
    await using second = await restarted
    for (const id of ids) await second.api.taskReaches(id, 'done')
    const attempts = await Promise.all(ids.map(async (id) => (await second.api.get(`/api/tasks/${id}`)).body.attempts))
    expect(attempts).toEqual([1, 1, 1])
  })

  test('P12 P19 what was acknowledged goes on after a restart by itself', async () => {
    const started = Promise.withResolvers<void>()
    let calls = 0
    const work: WorkerFunction = async ({ signal }) => {
      calls += 1
      if (calls > 1) return 'again'
      started.resolve()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    await using first = await startServer({ functions: { work } })
    await first.api.post('/api/agents', { id: 'a' })
    const { body } = await first.api.post('/api/agents/a/tasks', {
      title: 'Work',
      worker: { type: 'function', name: 'work' },
    })
    await started.promise
    await using second = await first.restart()
    const [lost] = (await second.api.get(`/api/tasks/${body.id}/runs`)).body.items
    expect(lost.outcome).toMatchObject({ type: 'failed', code: 'RUN_INTERRUPTED' })
    expect((await second.api.taskReaches(body.id, 'done')).outcome).toMatchObject({ type: 'success', result: 'again' })
  })
})

async function eventsUntilNow(api: Awaited<ReturnType<typeof startServer>>['api']): Promise<string> {
  await api.post('/api/agents', { id: 'the-last' })
  const events: unknown[] = []
  for await (const event of api.events(0)) {
    events.push(event)
    if (event.data.data.agent?.id === 'the-last') break
  }
  return JSON.stringify(events)
}

async function eventTypes(api: Awaited<ReturnType<typeof startServer>>['api']): Promise<string[]> {
  return (JSON.parse(await eventsUntilNow(api)) as { type: string }[]).map(({ type }) => type)
}

async function treeText(folder: string): Promise<string> {
  const names = await readdir(folder)
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')))).join('\n')
}

/** The processes of this machine that have a word in their command line. */
async function processesWith(word: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((line) => line.split('\0').includes(word))
}
