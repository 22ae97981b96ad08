import assert from 'node:assert/strict'
import type { Event, EventLog } from './event-log.ts'

/** One rule that every {@link EventLog} keeps. `open` gives a fresh, empty log that keeps at most 2,000 events. */
export interface EventLogRule {
  readonly name: string
  readonly check: (open: () => Promise<EventLog>) => Promise<void>
}

const told = (n: number, agentId?: string) => ({
  type: 'thing-happened',
  data: { n },
  ...(agentId === undefined ? {} : { agentId }),
})

const numbers = (events: readonly Event[]): unknown[] => events.map(({ data }) => (data as { n: number }).n)

export const eventLogRules: readonly EventLogRule[] = [
  {
    name: 'reads events in the order they were appended, from any place',
    async check(open) {
      await using log = await open()
      const events = await log.append([told(1), told(2), told(3)])
      assert.deepEqual(numbers(events), [1, 2, 3])
      const all = await log.read(0)
      assert.deepEqual(all, { type: 'events', events })
      const rest = await log.read(events[1]?.seq ?? 0)
      assert.ok(rest.type === 'events')
      assert.deepEqual(numbers(rest.events), [3])
      assert.equal(log.last(), events[2]?.seq)
    },
  },
  {
    name: 'reads at most what was asked for',
    async check(open) {
      await using log = await open()
      await log.append([told(1), told(2), told(3)])
      const page = await log.read(0, { limit: 2 })
      assert.ok(page.type === 'events')
      assert.deepEqual(numbers(page.events), [1, 2])
    },
  },
  {
    name: 'P7 shows the reader of one agent nothing of another, nor of the instance',
    async check(open) {
      await using log = await open()
      await log.append([told(1, 'al'), told(2, 'alice'), told(3), told(4, 'al')])
      const page = await log.read(0, { agentId: 'al' })
      assert.ok(page.type === 'events')
      assert.deepEqual(numbers(page.events), [1, 4])
    },
  },
  {
    name: 'gives a follower what was, then what comes, once and in order',
    async check(open) {
      await using log = await open()
      await log.append([told(1)])
      const stop = new AbortController()
      const seen: unknown[] = []
      for await (const event of log.follow(0, { signal: stop.signal })) {
        assert.ok('seq' in event)
        seen.push(...numbers([event]))
        if (seen.length === 1) await Promise.all([log.append([told(2)]), log.append([told(3)])])
        if (seen.length === 3) stop.abort()
      }
      assert.deepEqual(seen, [1, 2, 3])
    },
  },
  {
    name: 'lets a follower that waits go when its signal aborts',
    async check(open) {
      await using log = await open()
      const stop = new AbortController()
      const followed = (async () => {
        for await (const event of log.follow(0, { signal: stop.signal })) assert.fail(JSON.stringify(event))
      })()
      await log.read(0)
      stop.abort()
      await followed
    },
  },
  {
    name: 'tells a reader that what it waits for is gone, and where to go on',
    async check(open) {
      await using log = await open()
      for (let n = 0; n < 50; n++) await log.append(Array.from({ length: 100 }, (_, i) => told(n * 100 + i, 'a')))
      await log.close()
      const page = await log.read(1)
      assert.ok(page.type === 'resync')
      const next = await log.read(page.after, { agentId: 'a' })
      assert.ok(next.type === 'events' && next.events[0] !== undefined)
      assert.ok(log.last() - next.events[0].seq < 4_000)
    },
  },
  {
    name: 'P6 keeps nothing of a deleted agent, and all of the others',
    async check(open) {
      await using log = await open()
      await log.append([told(1, 'a'), told(2, 'b'), told(3)])
      await log.deleteAgent('a')
      const page = await log.read(0)
      assert.ok(page.type === 'events')
      assert.deepEqual(numbers(page.events), [2, 3])
      assert.deepEqual(await log.read(0, { agentId: 'a' }), { type: 'events', events: [] })
    },
  },
]
