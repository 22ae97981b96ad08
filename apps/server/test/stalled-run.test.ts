import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openSystem, readConfig, type System } from '../src/index.ts'

const MINUTE_MS = 60_000

let folder: string
let system: System

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentic-stall-'))
  vi.useFakeTimers({
    now: Date.UTC(2026, 0, 1),
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval'],
  })
  const env = {
    AGENTIC_DATA_DIR: folder,
    AGENTIC_ADMIN_TOKEN: 'test-admin-token-0123456789',
    AGENTIC_WALL_CLOCK_SECS: '86400',
  }
  const config = await readConfig({ env, cwd: folder })
  const functions = { deaf: () => new Promise<never>(() => undefined) }
  system = await openSystem({ config, log: pino({ level: 'silent' }), functions })
  await system.start()
})

afterEach(async () => {
  vi.useRealTimers()
  await system.stop()
  await rm(folder, { recursive: true })
})

/** Lets a minute go by at a time until something holds; what the disk answers comes outside of the clock. */
async function passUntil(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) {
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
}

test('P9 C4 a run of a dormant agent that shows no sign of life is ended long before its wall clock', async () => {
  const { agents, tasks } = system.ports
  await agents.create({ id: 'sleeper' })
  const { task } = await tasks.create({ agentId: 'sleeper', title: 'x', worker: { type: 'function', name: 'deaf' } })
  await passUntil(async () => (await tasks.get(task.id))?.status === 'failed')
  const ended = await tasks.get(task.id)
  expect(ended?.outcome).toMatchObject({ type: 'timeout', limit: 'stall' })
  expect(ended!.updatedAt - ended!.createdAt).toBeLessThan(86_400_000)
}, 20_000)
