import type { EmbeddedStore } from '@agentic/embedded-store'

export interface WatchedStore extends EmbeddedStore {
  /** Resolves when the store has had nothing to do for a few turns of the event loop: all that could go on has gone on. */
  quiet(): Promise<void>
  /** Dies now. */
  kill(): void
  /** How many writes were asked for. */
  readonly writes: number
}

/** How a process ends at its n-th write: before it reached the disk, or after, with nobody left to hear of it. */
export interface Death {
  readonly atWrite: number
  readonly when: 'before' | 'after'
}

const QUIET_TURNS = 4

/** Watches a store, and lets it die at a write if told so: from then on nothing is written and nothing answers well. */
export function watchStore(store: EmbeddedStore, death?: Death): WatchedStore {
  let underWay = 0
  let writes = 0
  let isDead = false

  async function watched<Result>(work: () => Promise<Result>): Promise<Result> {
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
    }
  }

  async function alive<Result>(work: () => Promise<Result>): Promise<Result> {
    if (isDead) throw new Error('the process is dead')
    return watched(work)
  }

  return {
    get: (key) => alive(() => store.get(key)),
    getSync: (key) => {
      if (isDead) throw new Error('the process is dead')
      return store.getSync(key)
    },
    list: (range) => alive(() => store.list(range)),
    keys: (range) => alive(() => store.keys(range)),
    walk: (range) => store.walk(range),
    write: (operations) =>
      alive(async () => {
        writes += 1
        if (writes !== death?.atWrite) return store.write(operations)
        isDead = true
        if (death.when === 'after') await store.write(operations)
        throw new Error('the process died')
      }),
    exclusive: (lock, work) => store.exclusive(lock, work),
    isFree: (lock) => store.isFree(lock),
    compact: (range) => store.compact(range),
    async quiet() {
      for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
        await new Promise((resolve) => setImmediate(resolve))
        if (underWay > 0) turns = -1
      }
    },
    kill() {
      isDead = true
    },
    close: () => store.close(),
    get writes() {
      return writes
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
}
