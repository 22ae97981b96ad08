import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDispatcher } from './dispatcher.ts'

/** A dispatcher whose runs end when the test says so. */
function setup(concurrency: number) {
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const dispatcher = createDispatcher({
    concurrency,
    run(agentId) {
      if (ends.has(agentId)) throw new Error(`${agentId} runs twice at once`)
      started.push(agentId)
      return new Promise<void>((resolve) => {
        ends.set(agentId, () => {
          ends.delete(agentId)
          resolve()
        })
      })
    },
  })
  const end = async (agentId: string) => {
    ends.get(agentId)?.()
    await turn()
  }
  return { dispatcher, started, ends, end }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a dispatcher', () => {
  test('P13 makes one run of many rings, and one more of many rings during it', async () => {
    const { dispatcher, started, end } = setup(4)
    expect([1, 2, 3].map(() => dispatcher.ring('ada'))).toEqual(['queued', 'coalesced', 'coalesced'])
    await turn()
    expect(started).toEqual(['ada'])
    expect([1, 2, 3].map(() => dispatcher.ring('ada'))).toEqual(['queued', 'coalesced', 'coalesced'])
    await end('ada')
    expect(started).toEqual(['ada', 'ada'])
    await end('ada')
    expect(started).toEqual(['ada', 'ada'])
    expect([dispatcher.queued, dispatcher.running]).toEqual([0, 0])
  })

  test('P14 runs no more agents at once than allowed', async () => {
    const { dispatcher, started, end } = setup(2)
    for (const agentId of ['a', 'b', 'c']) dispatcher.ring(agentId)
    await turn()
    expect(started).toEqual(['a', 'b'])
    expect([dispatcher.queued, dispatcher.running]).toEqual([1, 2])
    await end('b')
    expect(started).toEqual(['a', 'b', 'c'])
  })

  test('P14 sends a noisy agent to the back after its run', async () => {
    const { dispatcher, started, end } = setup(1)
    dispatcher.ring('noisy')
    await turn()
    for (const agentId of ['noisy', 'b', 'c', 'noisy']) dispatcher.ring(agentId)
    for (const agentId of ['noisy', 'b', 'c']) await end(agentId)
    expect(started).toEqual(['noisy', 'b', 'c', 'noisy'])
  })

  test('drops an agent that is queued, which may queue again', async () => {
    const { dispatcher, started, end } = setup(1)
    for (const agentId of ['a', 'b', 'c']) dispatcher.ring(agentId)
    await turn()
    dispatcher.drop('b')
    expect(dispatcher.has('b')).toBe(false)
    expect(dispatcher.queued).toBe(1)
    dispatcher.ring('b')
    for (const agentId of ['a', 'c', 'b']) await end(agentId)
    expect(started).toEqual(['a', 'c', 'b'])
    expect(dispatcher.queued).toBe(0)
  })

  test('forgets the ring during a run of an agent that is dropped', async () => {
    const { dispatcher, started, end } = setup(1)
    dispatcher.ring('a')
    await turn()
    dispatcher.ring('a')
    dispatcher.drop('a')
    await end('a')
    expect(started).toEqual(['a'])
    expect(dispatcher.has('a')).toBe(false)
  })

  test('starts nothing once stopped, and says when it is idle', async () => {
    const { dispatcher, started, end } = setup(1)
    for (const agentId of ['a', 'b']) dispatcher.ring(agentId)
    await turn()
    dispatcher.stop()
    let isIdle = false
    void dispatcher.idle().then(() => (isIdle = true))
    await turn()
    expect(isIdle).toBe(false)
    await end('a')
    expect(isIdle).toBe(true)
    expect(started).toEqual(['a'])
    await dispatcher.idle()
  })

  test('runs work that is not asynchronous, in order, holding nothing afterwards', async () => {
    const started: string[] = []
    const dispatcher = createDispatcher({ concurrency: 1, run: (agentId) => void started.push(agentId) })
    const agents = Array.from({ length: 5_000 }, (_, index) => `agent-${index}`)
    for (const agentId of agents) dispatcher.ring(agentId)
    await turn()
    expect(started).toEqual(agents)
    expect(agents.some((agentId) => dispatcher.has(agentId))).toBe(false)
    expect([dispatcher.queued, dispatcher.running]).toEqual([0, 0])
  })

  test('P13 forgets many that have run while one still runs, and loses none of them', async () => {
    const runs = new Map<string, number>()
    const held = Promise.withResolvers<void>()
    const dispatcher = createDispatcher({
      concurrency: 2,
      run(agentId) {
        runs.set(agentId, (runs.get(agentId) ?? 0) + 1)
        return agentId === 'held' ? held.promise : undefined
      },
    })
    dispatcher.ring('held')
    const agents = Array.from({ length: 40_000 }, (_, index) => `agent-${index}`)
    for (const round of [1, 2, 3]) {
      for (const agentId of agents) expect(dispatcher.ring(agentId)).toBe('queued')
      dispatcher.drop(`agent-${round}`)
      await turn()
      expect([dispatcher.queued, dispatcher.running]).toEqual([0, 1])
    }
    expect(dispatcher.ring('held')).toBe('queued')
    expect(dispatcher.ring('held')).toBe('coalesced')
    held.resolve()
    await turn()
    expect([...runs.values()].filter((count) => count !== 3)).toEqual([2, 2, 2, 2])
    expect(runs.get('held')).toBe(2)
    expect(agents.filter((agentId) => dispatcher.has(agentId))).toEqual([])
  })

  test('P13 P14 keeps to a simple model, whatever is rung, ended and dropped', async () => {
    const agent = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    const step = fc.record({ type: fc.constantFrom('ring', 'ring', 'end', 'drop'), agent })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { maxLength: 40 }),
        async (concurrency, steps) => {
          const { dispatcher, started, ends, end } = setup(concurrency)
          const expected: string[] = []
          let queue: string[] = []
          const running = new Map<string, boolean>()
          const fill = () => {
            while (running.size < concurrency && queue.length > 0) {
              const next = queue.shift() as string
              running.set(next, false)
              expected.push(next)
            }
          }
          for (const { type, agent: id } of steps) {
            if (type === 'ring') {
              dispatcher.ring(id)
              if (running.has(id)) running.set(id, true)
              else if (!queue.includes(id)) queue.push(id)
            } else if (type === 'drop') {
              dispatcher.drop(id)
              if (running.has(id)) running.set(id, false)
              queue = queue.filter((other) => other !== id)
            } else if (running.has(id)) {
              if (running.get(id) === true) queue.push(id)
              running.delete(id)
              await end(id)
            }
            await turn()
            fill()
            expect(started).toEqual(expected)
            expect([dispatcher.queued, dispatcher.running]).toEqual([queue.length, running.size])
            expect([...ends.keys()].toSorted()).toEqual([...running.keys()].toSorted())
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
