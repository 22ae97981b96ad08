import { readdirSync } from 'node:fs'

/** Another thread, as LevelDB's, can open files between our look and the fork: this many are covered beyond the highest seen. */
const margin = 64
const assumedHighest = 256

/**
 * Returns the descriptor below which a child may hold something of ours. Native code opens files without close-on-exec,
 * and `'ignore'` leaves a descriptor above 2 as it is: each must be covered with one that is given.
 */
export function descriptorsToCover(): number {
  return Math.max(highestOpen(), 2) + margin
}

function highestOpen(): number {
  for (const folder of ['/proc/self/fd', '/dev/fd']) {
    try {
      return Math.max(...readdirSync(folder).map(Number))
    } catch {
      // Not this kind of system: try the next.
    }
  }
  return assumedHighest
}
