/* Fires wakes at a store on disk until it is killed, and prints each acknowledgement and each handled trigger at once. */
import { writeSync } from 'node:fs'
import { openLevelStore } from '@agentic/embedded-store/level'
import { createEmbeddedWakeStore, createWakeManager, type Wake } from '../src/index.ts'

const [folder = '', life = ''] = process.argv.slice(2)

const CALLERS = 16
/** Few enough that every trigger is told by name, even when several lives leave theirs. */
const MOST_OPEN = 2

const open = new Map<string, number>()

async function handler({ agentId, triggers, more }: Wake): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  if (triggers.some(({ payload }) => payload === 'fail') && Math.random() < 0.5) throw new Error('as asked')
  if (more > 0) writeSync(1, `uncounted ${agentId}\n`)
  // Standard output is a pipe: what is written synchronously outlives this process.
  for (const { reason } of triggers) writeSync(1, `handled ${reason}\n`)
  for (const { reason } of triggers) if (reason?.startsWith(`${life}-`)) open.set(agentId, (open.get(agentId) ?? 0) - 1)
}

const store = createEmbeddedWakeStore(await openLevelStore(folder))
const manager = createWakeManager({ store, handler, concurrency: 8, retry: { baseDelayMs: 4, maxAttempts: 1_000 } })
await manager.open()

async function call(caller: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const agentId = `agent-${caller}-${count % 3}`
    if ((open.get(agentId) ?? 0) >= MOST_OPEN) {
      await new Promise((resolve) => setImmediate(resolve))
      continue
    }
    open.set(agentId, (open.get(agentId) ?? 0) + 1)
    const reason = `${life}-${caller}-${count}`
    const notBefore = count % 5 === 0 ? Date.now() + 10 : undefined
    await manager.fire(agentId, { type: 'manual', reason, payload: count % 4 === 0 ? 'fail' : 'pass' }, { notBefore })
    writeSync(1, `acknowledged ${reason}\n`)
  }
}

await Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)))
