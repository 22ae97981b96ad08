/** A bound on how many work at a time; the rest wait in the order that they came. */
export interface Slots {
  /** Waits for a slot; the answer gives it back. Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<() => void>
}

export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>()
  let free = count

  function leave(): void {
    free += 1
    const [next] = waiting
    if (next !== undefined) next()
  }

  return {
    async enter(signal) {
      signal.throwIfAborted()
      if (free > 0) free -= 1
      else await turn(signal)
      let hasLeft = false
      return () => {
        if (!hasLeft) leave()
        hasLeft = true
      }
    },
  }

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        waiting.delete(take)
        signal.removeEventListener('abort', giveUp)
      }
      const take = (): void => {
        settle()
        // Taken here and not when the waiter goes on, so that nobody slips in between.
        free -= 1
        resolve()
      }
      const giveUp = (): void => {
        settle()
        reject(signal.reason)
      }
      waiting.add(take)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }
}
