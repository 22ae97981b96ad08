import { SecretsError } from './errors.ts'

export interface Gate {
  /**
   * Whether work that ends in this very turn may be done without {@link enter}: nothing has the store for itself, nor
   * waits for that. Throws if it is closed.
   */
  isClear(): boolean
  /** Lets work in while the store is open and nothing has it for itself. */
  enter<Result>(work: () => Promise<Result>): Promise<Result>
  /** Lets one work in when all that is inside is done, and nothing else until it is done. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>
  /** Lets nothing in any more, and waits for what is inside and what waits for it. */
  close(last: () => Promise<void>): Promise<void>
}

export function createGate(): Gate {
  const inside = new Set<Promise<unknown>>()
  /** Ends when the last work that has, or will have, the store for itself is done. */
  let barrier: Promise<unknown> | undefined
  let closing: Promise<void> | undefined

  function assertOpen(): void {
    if (closing === undefined) return
    throw new SecretsError('SECRETS_CLOSED', 'the secret store is closed: open it again to use it')
  }

  return {
    isClear() {
      assertOpen()
      return barrier === undefined
    },
    async enter(work) {
      assertOpen()
      while (barrier !== undefined) {
        await barrier
        assertOpen()
      }
      const result = work()
      inside.add(result)
      try {
        return await result
      } finally {
        inside.delete(result)
      }
    },
    async alone(work) {
      assertOpen()
      const before = barrier
      const result = (async () => {
        await before
        await Promise.allSettled(inside)
        return work()
      })()
      const mine = result.then(
        () => undefined,
        () => undefined,
      )
      barrier = mine
      try {
        return await result
      } finally {
        if (barrier === mine) barrier = undefined
      }
    },
    close(last) {
      closing ??= (async () => {
        await barrier
        await Promise.allSettled(inside)
        await last()
      })()
      return closing
    },
  }
}
