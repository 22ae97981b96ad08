import type { EmbeddedStore } from '@agentic/embedded-store'

/** When a process dies: before its n-th write is on disk, or after, but before anyone is told. */
export interface Death {
  readonly atWrite: number
  readonly moment: 'before' | 'after'
}

/** A store whose process dies at a write: nothing asked from then on is answered well. */
export function createDyingStore(store: EmbeddedStore, death: Death): EmbeddedStore {
  let left = death.atWrite
  const alive = (): EmbeddedStore => {
    if (left <= 0) throw new Error('the process is dead')
    return store
  }
  return {
    ...store,
    get: async <Value>(key: string) => alive().get<Value>(key),
    list: async <Value>(range: object) => alive().list<Value>(range),
    keys: async (range) => alive().keys(range),
    walk: <Value>(range: object) => alive().walk<Value>(range),
    async write(operations) {
      alive()
      left -= 1
      if (left > 0 || death.moment === 'after') await store.write(operations)
      alive()
    },
  }
}
