import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { afterEach, describe, expect, test } from 'vitest'
import { eventLogRules } from '../conformance.ts'
import type { EventPage } from '../event-log.ts'
import { openEmbeddedEventLog } from './embedded.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function levelStore(): Promise<EmbeddedStore> {
  const path = await mkdtemp(join(tmpdir(), 'agentic-events-'))
  const store = await openLevelStore(path)
  cleanups.push(async () => {
    await store.close()
    await rm(path, { recursive: true })
  })
  return store
}

const stores = [
  { name: 'memory', open: async () => createMemoryStore() },
  { name: 'level', open: levelStore },
]

describe.each(stores)('the event log in $name', ({ open }) => {
  test.for(eventLogRules)('$name', ({ check }) =>
    check(async () => openEmbeddedEventLog(await open(), { keep: 2_000 })),
  )

  test('goes on where it ended when it is opened again', async () => {
    const store = await open()
    const [first] = await (await openEmbeddedEventLog(store)).append([{ type: 'a', data: 1 }])
    const again = await openEmbeddedEventLog(store)
    expect(again.last()).toBe(first?.seq)
    const [second] = await again.append([{ type: 'b', data: 2 }])
    expect(second?.seq).toBeGreaterThan(first?.seq ?? 0)
  })

  // The newest events were a deleted agent's: their places were given again, and readers that knew them missed the new ones.
  test('P19 gives no place again after a deleted agent’s events were dropped and it is opened again', async () => {
    const store = await open()
    const log = await openEmbeddedEventLog(store)
    const [seen] = await log.append([{ type: 'a', agentId: 'gone', data: 1 }])
    await log.deleteAgent('gone')
    const again = await openEmbeddedEventLog(store)
    const [next] = await again.append([{ type: 'b', data: 2 }])
    expect(await again.read(seen?.seq ?? 0)).toEqual({ type: 'events', events: [next] })
  })

  // The rows went before the log said where it began now: a reader in between went on after the gap, none the wiser.
  test('tells a reader that what it asks for is being dropped, before and after the rows are gone', async () => {
    const store = await open()
    const seen: EventPage[] = []
    const log = await openEmbeddedEventLog(
      {
        ...store,
        async write(operations) {
          const drops = operations.every(({ type }) => type === 'delete')
          const before = drops ? log.read(0) : undefined
          await store.write(operations)
          if (before !== undefined) seen.push(await before, await log.read(0), await log.read(0, { agentId: 'a' }))
        },
      },
      { keep: 1000 },
    )
    await log.append(Array.from({ length: 1024 }, (_, data) => ({ type: 'tick', agentId: 'a', data })))
    await log.close()
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ type: 'resync', after: 24 })))
  })

  test('is written in the batch of what it tells of', async () => {
    const store = await open()
    const log = await openEmbeddedEventLog(store)
    const { operations, onWritten } = log.prepareAppend([{ type: 'thing-made', data: 1 }])
    expect(await log.read(0)).toEqual({ type: 'events', events: [] })
    await store.write([{ type: 'put', key: 'thing', value: 1 }, ...operations])
    onWritten?.()
    expect(await log.read(0)).toMatchObject({ events: [{ type: 'thing-made' }] })
  })
})
