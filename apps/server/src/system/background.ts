import type { Logger } from 'pino'

/** The owner of work that nobody waits for at once: it says what failed, and closing waits for the rest. */
export interface Background {
  run(name: string, work: () => Promise<unknown>): void
  close(): Promise<void>
}

export function createBackground(log: Logger): Background {
  const working = new Set<Promise<void>>()
  return {
    run(name, work) {
      const done = work()
        .then(
          () => undefined,
          (error: unknown) => log.warn({ err: error }, `${name} failed`),
        )
        .finally(() => working.delete(done))
      working.add(done)
    },
    async close() {
      while (working.size > 0) await Promise.all(working)
    },
  }
}
