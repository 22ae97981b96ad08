import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type ScriptedModelServer,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import { openSystem, readConfig, type System } from '../src/index.ts'
import { modelEnv } from './model-env.ts'

const MINUTE_MS = 60_000
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS

let folder: string
let model: ScriptedModelServer
let system: System

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentic-week-'))
  model = await startScriptedModelServer([{ text: 'done' }], { embed: () => [1] })
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval'] })
  const env = {
    AGENTIC_DATA_DIR: folder,
    AGENTIC_ADMIN_TOKEN: 'test-admin-token-0123456789',
    AGENTIC_JANITOR: 'true',
    // The disk is slower than this clock: five minutes can pass while one row is read.
    AGENTIC_JANITOR_AGENT_SECS: '86400',
    ...modelEnv(model),
    AGENTIC_BULLETIN_MODEL: 'scripted',
    AGENTIC_EMBEDDING_MODEL: 'scripted',
  }
  system = await openSystem({ config: await readConfig({ env, cwd: folder }), log: pino({ level: 'silent' }) })
  await system.start()
})

afterEach(async () => {
  vi.useRealTimers()
  await system.stop()
  await model.close()
  await rm(folder, { recursive: true })
})

/** What the disk answers comes outside of the clock. */
async function pass(ms: number): Promise<void> {
  const step = 5 * MINUTE_MS
  for (let passed = 0; passed < ms; passed += step) {
    await vi.advanceTimersByTimeAsync(step)
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
}

test('P18 a week of an idle fleet, active agents and the janitor among it, calls no model', async () => {
  const { agents, lifecycle, memory, janitor } = system.ports
  for (let count = 0; count < 20; count += 1) {
    const id = `agent-${count}`
    const mode = count % 2 === 0 ? 'active' : 'dormant'
    await agents.create({ id, mode })
    lifecycle.agentChanged((await agents.get(id))!)
    for (const content of ['Opens at nine', 'Opens at nine o’clock', `Is number ${count}`])
      await memory.store.save({ agentId: id, kind: 'fact', content })
  }
  await pass(WEEK_MS)
  // On a busy machine what the disk answers may come after the week.
  while (((await janitor.status()).last?.startedAt ?? 0) < Date.UTC(2026, 0, 6)) await pass(60 * MINUTE_MS)

  // Else nothing happened that could have called one.
  const { last } = await janitor.status()
  expect(last).toMatchObject({ agents: 20, failed: 0 })
  expect((await memory.store.readBulletin('agent-0'))?.text).toContain('Is number 0')
  expect(await memory.store.readBulletin('agent-1')).toBeUndefined()
  expect([model.requests, model.embedded]).toEqual([[], []])
}, 60_000)
