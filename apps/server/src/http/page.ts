import * as v from 'valibot'
import { invalidInput, type ProblemError } from './problem.ts'

const limit = v.pipe(
  v.string('must be given once'),
  v.regex(/^\d{1,4}$/, 'must be a whole number'),
  v.transform(Number),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(500, 'must be at most 500'),
)

/** The query of every list. */
export const pageQuery = {
  limit: v.optional(limit, '50'),
  cursor: v.optional(v.pipe(v.string('must be given once'), v.maxLength(1024, 'must have at most 1024 characters'))),
}

/** The body of every list. */
export function pageOf<Item extends v.GenericSchema>(item: Item): v.GenericSchema {
  return v.object({ items: v.array(item), nextCursor: v.optional(v.string()) })
}

/** Cursors are opaque to callers: what the store calls a place, as base64url. */
export function writeCursor(place: string | undefined): string | undefined {
  return place === undefined ? undefined : Buffer.from(place).toString('base64url')
}

/** Reads a cursor back; one that this server did not write is the caller's mistake. */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const place = Buffer.from(cursor, 'base64url').toString()
  // NUL divides the keys of the stores, so no place holds one.
  if (place === '' || place.includes('\0') || writeCursor(place) !== cursor) throw wrongCursor()
  return place
}

/** The problem that a cursor makes which is not of this list. */
export function wrongCursor(): ProblemError {
  return invalidInput([{ field: 'cursor', message: 'must be the nextCursor of an earlier answer of this list' }])
}
