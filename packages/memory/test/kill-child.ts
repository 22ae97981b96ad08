import { openLevelStore } from '@agentic/embedded-store/level'
import { createEmbeddedMemoryStore, maintainAgent } from '../src/index.ts'

/*
 * Remembers, changes, forgets and tends until it is killed, and prints a line for everything that was acknowledged to it.
 * Writing to a pipe is synchronous, so a line that was printed is read by the parent whatever happens next.
 */
const [folder = '', round = ''] = process.argv.slice(2)
const CALLERS = 4

const store = createEmbeddedMemoryStore(await openLevelStore(folder))

function acknowledge(...words: readonly string[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}

async function work(caller: number): Promise<void> {
  const agentId = `agent-${caller % 2}`
  for (let count = 0; ; count += 1) {
    const name = `${round}-${caller}-${count}`
    const { memory } = await store.save({ agentId, kind: 'fact', content: `Heard ${name}` })
    acknowledge('saved', memory.id)
    if (count % 3 === 0) {
      const result = await store.update(memory.id, { importance: 0.9 })
      if (result.type === 'changed') acknowledge('updated', memory.id)
    }
    if (count % 3 === 1) {
      await store.delete(memory.id)
      acknowledge('deleted', memory.id)
    }
    if (count % 3 === 2) {
      await store.save({ agentId, kind: 'fact', content: `heard ${name}!` })
      await maintainAgent(store, agentId)
      acknowledge('maintained', agentId)
    }
  }
}

await Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(caller)))
