import { randomBytes } from 'node:crypto'

/** Makes an id that sorts by when it was made. */
export function newId(now: number): string {
  return now.toString(36).padStart(9, '0') + randomBytes(8).toString('hex')
}
