import { openLevelStore } from '@agentic/embedded-store/level'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { createEmbeddedTaskStore } from '../src/index.ts'

/*
 * Works on tasks until it is killed, and prints a line for everything that was acknowledged to it. Writing to a pipe is
 * synchronous, so a line that was printed is read by the parent whatever happens next.
 */
const [folder = '', round = ''] = process.argv.slice(2)
const CALLERS = 4
const LEASE = { leaseMs: 60_000 }
const OUTCOMES: readonly WorkerOutcome[] = [
  { type: 'success', result: 'done' },
  { type: 'failed', code: 'X', message: 'x', retryable: true },
  { type: 'blocked', block: { type: 'unknown' }, evidence: { signals: [] } },
]

const store = createEmbeddedTaskStore(await openLevelStore(folder), { backoffMs: () => 0 })

function acknowledge(...words: readonly string[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}

async function work(caller: number): Promise<void> {
  const agentId = `agent-${caller % 2}`
  for (let count = 0; ; count += 1) {
    const idempotencyKey = `${round}-${caller}-${count}`
    const { task } = await store.create({ agentId, title: idempotencyKey, worker: null, idempotencyKey })
    acknowledge('created', task.id)
    const claim = await store.claimNextReady(agentId, LEASE)
    if (claim === undefined) continue
    acknowledge('claimed', claim.run.id)
    const outcome = OUTCOMES[count % OUTCOMES.length] as WorkerOutcome
    await store.settle(claim, { outcome })
    acknowledge('ended', claim.run.id, outcome.type)
  }
}

for (const { run } of await store.reap({ all: true })) acknowledge('ended', run.id, 'failed')
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(caller)))
