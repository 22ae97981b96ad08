import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openLevelStore } from '@agentic/embedded-store/level'
import { expect, test } from 'vitest'
import { createEmbeddedWakeStore, createWakeManager } from './index.ts'

const CHILD = fileURLToPath(new URL('../test/firing-child.ts', import.meta.url))

/** After how many acknowledgements each life is killed. */
const LIVES = [1, 170, 23, 2, 311, 64, 5, 120, 17, 240]

/** What the lives printed. */
interface Ledger {
  readonly acknowledged: Set<string>
  readonly handled: Set<string>
  readonly uncounted: Set<string>
}

async function liveUntilKilled(folder: string, life: number, acknowledgements: number, ledger: Ledger): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=@agentic/source', CHILD, folder, `life${life}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let left = acknowledgements
  for await (const line of createInterface({ input: child.stdout })) {
    const [fact, name] = line.split(' ') as [keyof Ledger, string]
    ledger[fact].add(name)
    if (fact !== 'acknowledged') continue
    left -= 1
    if (left === 0) child.kill('SIGKILL')
  }
  expect(await exited).toEqual([null, 'SIGKILL'])
}

test('P12 P19 K6 K22 every acknowledged ring is handled by some life, however often the process is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-wake-'))
  const ledger: Ledger = { acknowledged: new Set(), handled: new Set(), uncounted: new Set() }
  try {
    for (const [life, acknowledgements] of LIVES.entries())
      await liveUntilKilled(folder, life, acknowledgements, ledger)

    await using ground = await openLevelStore(folder)
    const store = createEmbeddedWakeStore(ground)
    await using manager = createWakeManager({
      store,
      async handler({ triggers }) {
        for (const { reason = '' } of triggers) ledger.handled.add(reason)
      },
    })
    const drained = new Promise<void>((resolve) => {
      manager.events.on('wake-finished', () => {
        void ground.keys({}).then((rows) => (rows.length === 0 ? resolve() : undefined))
      })
    })
    const hasWork = (await ground.keys({ limit: 1 })).length > 0
    await manager.open()
    if (hasWork) await drained

    expect(ledger.acknowledged.size).toBeGreaterThanOrEqual(LIVES.reduce((sum, count) => sum + count, 0))
    expect([...ledger.uncounted]).toEqual([])
    expect([...ledger.acknowledged].filter((name) => !ledger.handled.has(name))).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
