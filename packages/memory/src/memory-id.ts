import { randomUUID } from 'node:crypto'

const VERSION_DIGITS = 12
const RANDOM_DIGITS = 12
const MEMORY_ID = /^mem_[0-9a-f]{24}$/

export function isMemoryId(text: unknown): text is string {
  return typeof text === 'string' && MEMORY_ID.test(text)
}

/** Makes the id of a memory that an agent saved at a knowledge version: ids sort in the order of saving. */
export function createMemoryId(version: number): string {
  const random = randomUUID().replaceAll('-', '').slice(0, RANDOM_DIGITS)
  return `mem_${version.toString(16).padStart(VERSION_DIGITS, '0')}${random}`
}
