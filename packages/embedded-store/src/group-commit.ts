/** A batch that waits to be written, with the callers that wait for it. */
interface Waiting<Item> {
  readonly items: Item[]
  readonly written: PromiseWithResolvers<void>
}

export interface GroupCommit<Item> {
  /** Adds items to the next batch; resolves when that batch is on disk, rejects when it could not be written. */
  add(items: readonly Item[]): Promise<void>
  /** Resolves when nothing waits and nothing is being written. */
  drained(): Promise<void>
}

/**
 * Lets callers that write at the same time share one synced batch: while one batch is being written, all that arrives
 * gathers in the next. Order is the order of the calls.
 */
export function createGroupCommit<Item>(writeBatch: (items: Item[]) => Promise<void>): GroupCommit<Item> {
  let waiting: Waiting<Item> | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    do {
      // All that the end of the batch before lets go on, and all that was called in this turn, comes to its next write first.
      await endOfTurn()
      const batch = waiting
      waiting = undefined
      if (batch !== undefined) await writeBatch(batch.items).then(batch.written.resolve, batch.written.reject)
    } while (waiting !== undefined)
    running = undefined
  }

  return {
    add(items) {
      waiting ??= { items: [], written: Promise.withResolvers<void>() }
      for (const item of items) waiting.items.push(item)
      const { promise } = waiting.written
      running ??= run()
      return promise
    },
    async drained() {
      while (running !== undefined) await running
    },
  }
}

/** Resolves when nothing is left to do that waits for no other turn of the event loop: a tick comes after all microtasks. */
async function endOfTurn(): Promise<void> {
  await Promise.resolve()
  await new Promise<void>((resolve) => process.nextTick(resolve))
}
