import { type EmbeddedStore, key, type KeyRange, parts, under } from '@agentic/embedded-store'
import * as v from 'valibot'
import type { Page, PageOptions } from '../task-store.ts'
import { objectMessage, parse, wholeNumber } from '../validation.ts'

const DEFAULT_LIMIT = 50
const MOST_ON_A_PAGE = 500
const DIVIDER = '~'

/** An index that callers page through: what stands after the prefix in its keys is the cursor. */
export interface Listing {
  readonly prefix: readonly string[]
  /** What a cursor of this listing looks like. */
  readonly cursor: RegExp
  readonly newestFirst: boolean
}

export const TASK_CURSOR: RegExp = /^task_[0-9a-f]{24}$/
export const NUMBER_CURSOR: RegExp = /^[0-9a-f]{14}$/
export const INSTANT_CURSOR: RegExp = /^[0-9a-f]{14}~task_[0-9a-f]{24}$/

/** Reads one page of an index, and what each of its keys stands for; what is gone by then is left out. */
export async function readPage<Item>(
  store: EmbeddedStore,
  listing: Listing,
  options: PageOptions,
  load: (key: string) => Promise<Item | undefined>,
): Promise<Page<Item>> {
  const { limit = DEFAULT_LIMIT, cursor } = parsePageOptions(options, listing.cursor)
  const keys = await store.keys({ ...rangeAfter(listing, cursor), limit: limit + 1 })
  const shown = keys.slice(0, limit)
  const items = await Promise.all(shown.map(load))
  const last = shown.at(-1)
  return {
    items: items.filter((item) => item !== undefined),
    ...(keys.length > limit && last !== undefined ? { nextCursor: cursorOf(listing, last) } : {}),
  }
}

function rangeAfter({ prefix, newestFirst }: Listing, cursor: string | undefined): KeyRange {
  const whole = under(...prefix)
  if (cursor === undefined) return { ...whole, reverse: newestFirst }
  const last = key(...prefix, ...cursor.split(DIVIDER))
  return newestFirst ? { ...whole, lt: last, reverse: true } : { ...whole, gt: last }
}

function cursorOf({ prefix }: Listing, rowKey: string): string {
  return parts(rowKey).slice(prefix.length).join(DIVIDER)
}

function parsePageOptions({ limit, cursor }: PageOptions, pattern: RegExp): PageOptions {
  const message = 'must be the `nextCursor` of a page of this list; leave it out for the first page'
  const schema = v.strictObject(
    {
      limit: v.optional(wholeNumber(1, MOST_ON_A_PAGE)),
      cursor: v.optional(v.pipe(v.string(message), v.regex(pattern, message))),
    },
    objectMessage,
  )
  return parse(schema, { limit, cursor }, 'options')
}
