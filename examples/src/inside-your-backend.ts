// The packages inside a backend of your own, without the server: a task arrives, its agent is woken, a command runs in
// the sandbox with the agent's secret, and the outcome comes back scrubbed.
// Run it: node --conditions=@agentic/source examples/src/inside-your-backend.ts
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCortex } from '@agentic/cortex'
import { openLevelStore } from '@agentic/embedded-store/level'
import { createSandbox } from '@agentic/sandbox'
import { agentScope } from '@agentic/secrets'
import { openSecretStore } from '@agentic/secrets/level'
import { type Claim, createEmbeddedTaskStore } from '@agentic/tasks'
import { createEmbeddedWakeStore, createWakeManager } from '@agentic/wake'
import { createWorker } from '@agentic/worker'

const dataDir = await mkdtemp(join(tmpdir(), 'inside-your-backend-'))
const store = await openLevelStore(join(dataDir, 'store'))
const secrets = await openSecretStore(join(dataDir, 'secrets'))

const worker = createWorker({
  sandbox: await createSandbox({ containment: 'prefer', deniedPaths: [dataDir] }),
  secrets,
  workspaceFor: (agentId) => join(dataDir, 'workspaces', agentId),
})

// A task that becomes ready rings its agent, in the same batch.
const wakeStore = createEmbeddedWakeStore(store)
const tasks = createEmbeddedTaskStore(store, {
  alongside: (changes) => {
    const [change] = changes
    if (change?.type !== 'task-created') return { operations: [] }
    const { agentId } = change.task
    const ring = wakeStore.prepareRing(agentId, { type: 'task', at: Date.now() })
    return {
      operations: ring.operations,
      onWritten() {
        ring.onWritten()
        wakes.notify(agentId)
      },
    }
  },
})

const done = Promise.withResolvers<void>()
const cortex = createCortex<Claim>({
  tasks,
  run: ({ task, run }, { signal }) => {
    const { agentId, id: taskId, title, input, worker: spec } = task
    return worker.run({ agentId, taskId, runId: run.id, title, worker: spec, input }, { signal })
  },
  ring: async (agentId, reason, options) => void (await wakes.fire(agentId, { type: 'task', reason }, options)),
})
const wakes = createWakeManager({
  store: wakeStore,
  handler: async ({ agentId }, { signal }) => {
    await cortex.handleWake(agentId, { signal })
    done.resolve()
  },
})
await wakes.open()

await secrets.put(agentScope('acme'), 'SHOP_PASSWORD', 'correct horse')
const command = { type: 'command', shell: 'echo "logging in with $SHOP_PASSWORD"' }
const { task } = await tasks.create({ agentId: 'acme', title: 'Log in', worker: command })
await done.promise
console.log((await tasks.get(task.id))?.outcome) // { type: 'success', result: 'logging in with [REDACTED]\n' }

await wakes.close()
await worker.close()
await secrets.close()
await store.close()
await rm(dataDir, { recursive: true })
