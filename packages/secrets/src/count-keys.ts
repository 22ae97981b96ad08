import type { EmbeddedStore, KeyRange } from '@agentic/embedded-store'

const COUNT_PAGE = 1000

/** Counts the keys of a stretch, a page at a time. */
export async function countKeys(store: EmbeddedStore, range: KeyRange): Promise<number> {
  let count = 0
  let rest = range
  for (;;) {
    const keys = await store.keys({ ...rest, limit: COUNT_PAGE })
    count += keys.length
    const last = keys.at(-1)
    if (last === undefined || keys.length < COUNT_PAGE) return count
    rest = { ...rest, gt: last }
  }
}
