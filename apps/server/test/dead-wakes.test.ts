import { createEmbeddedWakeStore } from '@agentic/wake'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApi } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'

let server: RunningServer

beforeEach(async () => {
  server = await startServer({ functions: { done: async () => 'done' } })
  for (const id of ['acme', 'globex']) await server.api.post('/api/agents', { id })
  await bury('acme', 'the disk was full')
  await bury('globex', 'so was this one')
})

afterEach(() => server[Symbol.asyncDispose]())

/** As a wake whose handler failed until its attempts were used up. */
async function bury(agentId: string, error: string): Promise<void> {
  const store = createEmbeddedWakeStore(server.system.ports.store)
  await store.ring(agentId, { type: 'manual', reason: 'look', payload: { at: 'home' }, at: 1_767_225_600_000 })
  const begun = await store.begin(agentId)
  await store.bury(agentId, begun?.gen ?? 0, { error, diedAt: 1_767_225_660_000 })
}

describe('wakes that failed until their attempts were used up', () => {
  test('are listed, of all agents and of one, with what they failed with', async () => {
    const { body } = await server.api.get('/api/wakes/dead')
    expect(body.items).toMatchObject([
      {
        agentId: 'acme',
        triggers: [{ type: 'manual', reason: 'look', payload: { at: 'home' }, at: '2026-01-01T00:00:00.000Z' }],
        more: 0,
        attempts: 1,
        error: 'the disk was full',
        diedAt: '2026-01-01T00:01:00.000Z',
      },
      { agentId: 'globex' },
    ])
    const first = await server.api.get('/api/wakes/dead?limit=1')
    const second = await server.api.get(`/api/wakes/dead?cursor=${first.body.nextCursor}`)
    expect([...first.body.items, ...second.body.items]).toEqual(body.items)
    expect((await server.api.get('/api/agents/acme/wakes/dead')).body.items).toEqual([body.items[0]])
    expect((await server.api.get('/metrics')).text).toContain('agentic_wakes{state="dead"} 2')
  })

  test('are rung again, as first attempts, and are dead no more', async () => {
    const revived = await server.api.post('/api/agents/acme/wakes/dead/revive')
    expect(revived).toMatchObject({ status: 200, body: { revived: 1 } })
    await expect
      .poll(() => server.system.ports.wakes.stats())
      .toMatchObject({ queued: 0, running: 0, delayed: 0, dead: 1 })
    expect((await server.api.post('/api/agents/acme/wakes/dead/revive')).body).toEqual({ revived: 0 })
  })

  test('are discarded', async () => {
    const discarded = await server.api.send('DELETE', '/api/agents/acme/wakes/dead')
    expect(discarded).toMatchObject({ status: 200, body: { discarded: 1 } })
    expect((await server.api.get('/api/wakes/dead')).body.items).toMatchObject([{ agentId: 'globex' }])
  })

  test('P7 are an agent’s own alone to its token', async () => {
    const { body } = await server.api.post('/api/tokens', { scope: { agentId: 'acme' } })
    const acme = createApi(server.url, body.token)
    expect((await acme.get('/api/agents/acme/wakes/dead')).body.items).toHaveLength(1)
    expect((await acme.get('/api/agents/globex/wakes/dead')).status).toBe(404)
    expect((await acme.get('/api/wakes/dead')).status).toBe(403)
  })

  test('P6 go with their agent', async () => {
    await server.api.send('DELETE', '/api/agents/acme')
    await server.api.post('/api/agents', { id: 'acme' })
    expect((await server.api.get('/api/agents/acme/wakes/dead')).body.items).toEqual([])
  })

  test('are told of as they die, to those who see their agent', async () => {
    const { events } = server.system.ports.wakes
    const wake = { agentId: 'acme', triggers: [{ type: 'manual', at: 0 }], more: 3, attempt: 5 } as const
    events.emit('wake-dead', { wake, error: new Error('the disk was full') })
    for await (const { type, data } of server.api.events(0, 'acme')) {
      if (type !== 'wake-dead') continue
      expect(data).toMatchObject({
        agentId: 'acme',
        data: { triggers: [{ type: 'manual', at: '1970-01-01T00:00:00.000Z' }], more: 3, attempts: 5 },
      })
      break
    }
  })
})
