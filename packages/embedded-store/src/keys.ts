import type { KeyRange } from './embedded-store.ts'

const SEPARATOR = '\0'
const AFTER_SEPARATOR = '\u0001'

/** Digits of a number in a key: enough for every safe integer, so that byte order is number order. */
const NUMBER_DIGITS = 14

/**
 * Joins parts into a key. Parts are divided by NUL, so no part may hold one; numbers (safe integers, not negative)
 * are written with fixed width, so that keys sort by them.
 */
export function key(...parts: readonly (string | number)[]): string {
  // Every change of a task makes a dozen keys: this takes half the time of mapping and joining.
  let text = ''
  for (let index = 0; index < parts.length; index += 1) {
    text +=
      index === 0 ? keyPart(parts[index] as string | number) : SEPARATOR + keyPart(parts[index] as string | number)
  }
  return text
}

/** The stretch of all keys that begin with these parts and have more. */
export function under(...parts: readonly (string | number)[]): { readonly gt: string; readonly lt: string } {
  const prefix = key(...parts)
  return { gt: prefix + SEPARATOR, lt: prefix + AFTER_SEPARATOR } satisfies KeyRange
}

/** Splits a key into its parts, numbers still as text. */
export function parts(text: string): string[] {
  return text.split(SEPARATOR)
}

/** Reads a number part of a key. */
export function numberPart(text: string): number {
  return Number.parseInt(text, 16)
}

function keyPart(part: string | number): string {
  if (typeof part === 'number') return numberToPart(part)
  if (part.includes(SEPARATOR)) throw new RangeError('a part of a key must not contain NUL')
  if (!part.isWellFormed()) throw new RangeError('a part of a key must be well-formed Unicode, without lone surrogates')
  return part
}

function numberToPart(part: number): string {
  if (!Number.isSafeInteger(part) || part < 0)
    throw new RangeError(`a number in a key must be a safe integer from 0, not ${part}`)
  return part.toString(16).padStart(NUMBER_DIGITS, '0')
}
