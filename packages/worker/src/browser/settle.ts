import { setTimeout as delay } from 'node:timers/promises'

/** What moves in a page; instants in milliseconds of one clock. */
export interface PageActivity {
  /** Requests of the page itself, not of what it loads, that have neither failed nor become the page. */
  readonly openNavigations: number
  readonly openRequests: number
  /** When the last request came to its end. */
  readonly requestedAt: number
  /** When the page last began to go elsewhere, got there, or had loaded. */
  readonly movedAt: number
  /** Whether all that the page names has been loaded. */
  readonly isLoaded: boolean
}

/** How long the rest of a page may take to load: a page is judged without its last picture. */
const LOAD_MS = 5000
/** How long a page may take to do something with an answer. */
const ANSWER_MS = 100
/** How long a page's own requests are waited for: some never end. */
const REQUESTS_MS = 2000

/** What moves in several pages, as if they were one. */
export function together(activities: readonly PageActivity[]): PageActivity {
  const sum = (of: (activity: PageActivity) => number): number => activities.reduce((sum, each) => sum + of(each), 0)
  return {
    openNavigations: sum(({ openNavigations }) => openNavigations),
    openRequests: sum(({ openRequests }) => openRequests),
    requestedAt: Math.max(0, ...activities.map(({ requestedAt }) => requestedAt)),
    movedAt: Math.max(0, ...activities.map(({ movedAt }) => movedAt)),
    isLoaded: activities.every(({ isLoaded }) => isLoaded),
  }
}

/** Whether a page has come to rest after what was done at an instant. */
export function isSettled(
  activity: PageActivity,
  { actedAt, now, quietMs }: { readonly actedAt: number; readonly now: number; readonly quietMs: number },
): boolean {
  const { openNavigations, openRequests, requestedAt, movedAt, isLoaded } = activity
  const restedMs = now - Math.max(movedAt, actedAt)
  if (openNavigations > 0 || restedMs < quietMs) return false
  const isAnswered = openRequests === 0 && now - requestedAt >= ANSWER_MS
  return (isLoaded || restedMs >= LOAD_MS) && (isAnswered || restedMs >= REQUESTS_MS)
}

const LOOK_MS = 25

export interface SettleOptions {
  /** Whether something was just done: what comes of it may take a moment to begin. */
  readonly hasActed: boolean
  /** How long nothing may have moved. */
  readonly quietMs: number
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** Waits until a page has come to rest; false when it has not within the limit. Rejects with the signal's reason. */
export async function settle(activityOf: () => PageActivity, options: SettleOptions): Promise<boolean> {
  const { hasActed, quietMs, limitMs, signal } = options
  const startedAt = performance.now()
  for (;;) {
    const now = performance.now()
    if (isSettled(activityOf(), { actedAt: hasActed ? startedAt : 0, now, quietMs })) return true
    if (now - startedAt >= limitMs) return false
    await delay(LOOK_MS, undefined, { signal })
  }
}
