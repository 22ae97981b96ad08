import assert from 'node:assert/strict'
import type { BreakerState, BreakerStore } from './breaker.ts'
import type { JanitorJournal, JanitorState } from './janitor.ts'

/**
 * Opens an adapter on what is kept: called again in the same check, it gives another one on the same, as the next process
 * has it. What is kept is empty at first.
 */
export type Open<Port> = () => Promise<Port>

/** A promise that every adapter of a port keeps; `check` rejects when it is broken. */
export interface Rule<Port> {
  readonly name: string
  readonly check: (open: Open<Port>) => Promise<void>
}

const counted: BreakerState = { failures: 3, openings: 0 }
const opened: BreakerState = { failures: 20, openings: 2, openUntil: 1_767_225_600_000 }

export const breakerStoreRules: readonly Rule<BreakerStore>[] = [
  {
    name: 'knows nothing of an agent at first, and has nothing of it to delete',
    async check(open) {
      const store = await open()
      assert.equal(await store.get('acme'), undefined)
      assert.equal(await store.delete('acme'), false)
    },
  },
  {
    name: 'P19 gives back what was put last, also to the next process',
    async check(open) {
      const store = await open()
      await store.put('acme', counted)
      assert.deepEqual(await store.get('acme'), counted)
      await store.put('acme', opened)
      assert.deepEqual(await store.get('acme'), opened)
      assert.deepEqual(await (await open()).get('acme'), opened)
    },
  },
  {
    name: 'keeps agents apart, whatever their ids have in common',
    async check(open) {
      const store = await open()
      const ids = ['a', 'A', 'a.b', 'a-b', 'a:b', 'ab']
      for (const [failures, id] of ids.entries()) await store.put(id, { ...counted, failures })
      for (const [failures, id] of ids.entries()) assert.equal((await store.get(id))?.failures, failures)
    },
  },
  {
    name: 'P6 deletes what is of one agent, once, and nothing else',
    async check(open) {
      const store = await open()
      await store.put('acme', opened)
      await store.put('acme.2', counted)
      assert.equal(await store.delete('acme'), true)
      assert.equal(await store.delete('acme'), false)
      assert.equal(await store.get('acme'), undefined)
      assert.deepEqual(await (await open()).get('acme.2'), counted)
    },
  },
]

const round = { startedAt: 1, agents: 7, failed: 1, done: { pruned: 3, merged: 0 } }

export const janitorJournalRules: readonly Rule<JanitorJournal>[] = [
  {
    name: 'has nothing written at first',
    async check(open) {
      assert.equal(await (await open()).read(), undefined)
    },
  },
  {
    name: 'P19 gives back the whole of what was written last, also to the next process',
    async check(open) {
      const journal = await open()
      const going: JanitorState = { since: 1, current: { ...round, after: 'acme' }, last: { ...round, endedAt: 2 } }
      await journal.write(going)
      assert.deepEqual(await journal.read(), going)
      const ended: JanitorState = { since: 1, last: { ...round, endedAt: 9 } }
      await journal.write(ended)
      assert.deepEqual(await (await open()).read(), ended)
    },
  },
]
