import type { SecretRecord } from './record.ts'

/** Most that all names and values of an environment take, in bytes: much more, and the kernel refuses to start a program. */
export const MAX_ENV_BYTES: number = 256 * 1024

/** Bytes that a variable takes: name, `=`, value, NUL. */
export function envSize(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 2
}

/** Bytes that a secret takes in the environments that it is for: none if it is not for any. */
export function sizeOf(name: string, { category, value }: SecretRecord): number {
  return category === 'tool' ? envSize(name, value) : 0
}
