import type { Operation } from './embedded-store.ts'

/** More to write in the same batch as a change, and what to do when that batch is on disk. */
export interface Alongside {
  readonly operations: readonly Operation[]
  /** Called once, after the batch is on disk; not at all if it was not written. Must not throw. */
  readonly onWritten?: (() => void) | undefined
}

/** Joins several into one. */
export function joinAlongside(all: readonly Alongside[]): Alongside {
  return {
    operations: all.flatMap(({ operations }) => operations),
    onWritten: () => {
      for (const { onWritten } of all) onWritten?.()
    },
  }
}
