import type { EventSource, LoggedEvent } from './ports.ts'

export interface WatchOptions {
  readonly events: EventSource
  /** The place to watch from. */
  readonly from: number
  /** Is given all events once, a page at a time: those after the page before, up to a place. */
  readonly onPage: (events: readonly LoggedEvent[], upTo: number) => void
  /** Whether anybody waits for pages; while nobody does nothing is read. */
  readonly isNeeded: () => boolean
  /** Is told that the pages cannot be relied on: each has to look for itself. */
  readonly onGap: () => void
}

export interface Watch {
  /** The place up to which all pages were given. Whatever is before it can be read. */
  place(): number
  /** Goes on after a place, past what nobody waits for. */
  skipTo(place: number): void
  stop(): Promise<void>
}

const PAGE_SIZE = 100

/** Reads what is new in a log once for all webhooks, so that an append does not cost a read for each of them. */
export function watch({ events, from, onPage, isNeeded, onGap }: WatchOptions): Watch {
  let place = from
  let isRung = false
  let isStopped = false
  let reading: Promise<void> | undefined

  async function readOn(): Promise<void> {
    while (isRung && !isStopped) {
      isRung = false
      await readToEnd()
    }
    reading = undefined
  }

  async function readToEnd(): Promise<void> {
    try {
      while (!isStopped) {
        const after = place
        const page = await events.read(after, { limit: PAGE_SIZE })
        const end = page.type === 'resync' ? page.after : page.events.at(-1)?.seq
        if (end === undefined) return
        if (place !== after) continue
        place = end
        if (page.type === 'resync') onGap()
        else onPage(page.events, end)
      }
    } catch {
      // They meet the same failure, and say so; the next append reads on from here.
      onGap()
    }
  }

  const undo = events.subscribe(() => {
    if (!isNeeded()) return
    isRung = true
    reading ??= readOn()
  })

  return {
    place: () => place,
    skipTo(to) {
      place = Math.max(place, to)
    },
    async stop() {
      isStopped = true
      undo()
      await reading
    },
  }
}
