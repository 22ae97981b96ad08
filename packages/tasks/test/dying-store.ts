import type { EmbeddedStore } from '@agentic/embedded-store'

/** When the process dies: before its n-th write is on disk, or after, but before anyone is told. */
export interface Death {
  readonly atWrite: number
  readonly moment: 'before' | 'after'
}

/** A store whose process dies at a write: that write and all that is asked later is never answered well. */
export function createDyingStore(store: EmbeddedStore, { atWrite, moment }: Death): EmbeddedStore {
  let writes = 0
  const assertAlive = (): void => {
    if (writes >= atWrite) throw new Error('the process is dead')
  }
  return {
    ...store,
    async get<Value>(key: string) {
      assertAlive()
      return store.get<Value>(key)
    },
    async list<Value>(range: object) {
      assertAlive()
      return store.list<Value>(range)
    },
    async keys(range) {
      assertAlive()
      return store.keys(range)
    },
    async write(operations) {
      assertAlive()
      writes += 1
      if (writes < atWrite || moment === 'after') await store.write(operations)
      assertAlive()
    },
  }
}
