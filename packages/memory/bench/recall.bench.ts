import { createMemoryStore } from '@agentic/embedded-store'
import { describe, test } from 'vitest'
import { createWriter } from '../test/invented-words.ts'
import { createEmbeddedMemoryStore, createRecall, type MemoryStore } from '../src/index.ts'

/*
 * How long does a question take to an agent of 1,000 and of 10,000 memories that is awake, and how long to one that
 * sleeps, for which the index is loaded first? Beside them, reading all of its memories and counting common words.
 *
 * Workload: memories of 12 to 30 words, questions of three; 10 memories an answer.
 */
async function fill(count: number): Promise<{ store: MemoryStore; questions: string[] }> {
  const store = createEmbeddedMemoryStore(createMemoryStore())
  const write = createWriter(7)
  for (let index = 0; index < count; index += 1) {
    await store.save({ agentId: 'acme', kind: 'fact', content: write(12 + (index % 19)) })
  }
  return { store, questions: Array.from({ length: 100 }, () => write(3)) }
}

async function scan(store: MemoryStore, question: string): Promise<string[]> {
  const words = question.split(' ')
  const scored: { id: string; score: number }[] = []
  for (let after = 0, isMore = true; isMore;) {
    const page = await store.changes('acme', { after })
    for (const { id, content } of page) {
      const own = new Set(content.toLowerCase().split(/\P{L}+/u))
      scored.push({ id, score: words.filter((word) => own.has(word)).length })
    }
    after = page.at(-1)?.version ?? after
    isMore = page.length === 500
  }
  return scored
    .toSorted((one, other) => other.score - one.score)
    .slice(0, 10)
    .map(({ id }) => id)
}

describe.for([1000, 10_000])('an agent of %i memories', (count) => {
  test('answers a question', async ({ bench }) => {
    const { store, questions } = await fill(count)
    const recall = createRecall(store)
    await using open = await recall.open('acme')
    let next = 0
    const question = (): string => questions[(next += 1) % questions.length] ?? ''
    const quiet = { countsAsRecall: false }
    await bench.compare(
      bench('awake', async () => {
        await open.search(question(), quiet)
      }),
      bench('asleep: open, search, close', async () => {
        const asleep = createRecall(store)
        await asleep.search('acme', question(), quiet)
      }),
      bench('a scan of all', async () => {
        await scan(store, question())
      }),
      { iterations: 10, time: 0, warmupIterations: 2, warmupTime: 0 },
    )
  })
})
