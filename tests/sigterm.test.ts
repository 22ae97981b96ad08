import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createApi } from '../apps/server/test/api.ts'
import { processesWith } from './processes.ts'
import { logLines, makeDataDir, spawnServer } from './server-process.ts'

const MARKER = `86393.${process.pid}`

describe('a server that is told to stop', () => {
  test('lets what runs end within its time, ends with 0, and has said nothing but its URL and its log', async () => {
    await using folder = await makeDataDir()
    await using server = spawnServer({ dataDir: folder.path, env: { AGENTIC_DRAIN_SECS: '20' } })
    const api = await server.api
    await api.post('/api/agents', { id: 'a' })
    const worker = { type: 'command', shell: 'sleep 0.5; echo ended in peace' }
    const running = (await api.post('/api/agents/a/tasks', { title: 'Short', worker })).body
    await api.taskReaches(running.id, 'in-progress')
    const waiting = (await api.post('/api/agents/a/tasks', { title: 'Next', worker })).body

    const stopped = server.end('SIGTERM')
    expect(await stopped).toEqual({ code: 0, signal: null })
    expect(server.stdout()).toBe(`agentic is ready at ${await server.url}\n`)
    const lines = logLines(server.stderr())
    expect(lines.map(({ msg }) => msg)).toEqual(['started', expect.stringContaining('stopping'), 'stopped'])

    await using again = spawnServer({ dataDir: folder.path })
    const after = await again.api
    const runs = (await after.get(`/api/tasks/${running.id}/runs`)).body.items
    expect(runs).toMatchObject([{ number: 1, outcome: { type: 'success', result: 'ended in peace\n' } }])
    expect(await after.taskReaches(waiting.id, 'done')).toMatchObject({ attempts: 1 })
  })

  test('interrupts what takes longer than its time; the task goes on after the next start', async () => {
    await using folder = await makeDataDir()
    await using server = spawnServer({ dataDir: folder.path, env: { AGENTIC_DRAIN_SECS: '0.2' } })
    const api = await server.api
    await api.post('/api/agents', { id: 'a' })
    const worker = { type: 'command', shell: `trap '' TERM; echo begun; sleep ${MARKER}` }
    const { body } = await api.post('/api/agents/a/tasks', { title: 'Long', worker })
    await api.taskReaches(body.id, 'in-progress')
    await expect.poll(() => processesWith(MARKER), { timeout: 10_000 }).not.toEqual([])

    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await processesWith(MARKER)).toEqual([])

    await using again = spawnServer({ dataDir: folder.path })
    const after = await again.api
    const task = (await after.get(`/api/tasks/${body.id}`)).body
    expect(task).toMatchObject({ status: 'ready', attempts: 1, outcome: { type: 'failed', code: 'RUN_INTERRUPTED' } })
    expect(Date.parse(task.readyAt)).toBeGreaterThan(Date.parse(task.updatedAt))
  })

  // Each of these once kept the server for seconds or for ever.
  test('is held up by no connection: followed, kept alive, silent, or with half a request', async () => {
    await using folder = await makeDataDir()
    await using server = spawnServer({ dataDir: folder.path })
    const api = await server.api
    await api.post('/api/agents', { id: 'a' })
    const stream = api.events(0)[Symbol.asyncIterator]()
    await stream.next()
    const { port } = new URL(await server.url)
    using _silent = await connectTo(Number(port))
    using half = await connectTo(Number(port))
    await new Promise((resolve) => half.write('GET /api/agents HTTP/1.1\r\nhost: half\r\n', resolve))

    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  test('shows a fresh admin token once, and knows it ever after', async () => {
    await using folder = await makeDataDir()
    const env = { AGENTIC_ADMIN_TOKEN: undefined }
    await using first = spawnServer({ dataDir: folder.path, env })
    const url = await first.url
    expect((await createApi(url, 'another-token-0123456789').get('/api/agents')).status).toBe(401)
    await expect.poll(() => first.stdout().split('\n'), { timeout: 10_000 }).toHaveLength(3)
    const [, said = ''] = first.stdout().split('\n')
    const token = /^Admin token, shown only this once: (\S{32,})$/.exec(said)?.[1]
    expect(token).toBeDefined()
    expect((await createApi(url, token).get('/api/agents')).status).toBe(200)
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(first.stderr()).not.toContain(token)

    await using second = spawnServer({ dataDir: folder.path, env })
    expect((await createApi(await second.url, token).get('/api/agents')).status).toBe(200)
    expect((await createApi(await second.url, undefined).get('/api/agents')).status).toBe(401)
    await second.end('SIGTERM')
    expect(second.stdout()).toBe(`agentic is ready at ${await second.url}\n`)
  })
})

async function connectTo(port: number): Promise<Socket & Disposable> {
  const socket = connect(port, '127.0.0.1')
  // It is cut, in the end.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return Object.assign(socket, { [Symbol.dispose]: () => void socket.destroy() })
}
