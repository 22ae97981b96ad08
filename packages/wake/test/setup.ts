import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { createEmbeddedWakeStore, type EmbeddedWakeStore } from '../src/adapters/embedded.ts'
import { createWakeManager, type WakeManager, type WakeManagerOptions } from '../src/wake-manager.ts'
import type { Wake } from '../src/wake.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { type Death, type WatchedStore, watchStore } from './watched-store.ts'

/** A handler that has started and waits for the test to end it. */
export interface HeldRun {
  readonly wake: Wake
  readonly signal: AbortSignal
  end(): void
  fail(error: Error): void
}

export interface Setup {
  readonly ground: WatchedStore
  readonly store: EmbeddedWakeStore
  readonly clock: ManualClock
  readonly manager: WakeManager
  /** Handlers that run now, in the order of their starts. */
  readonly runs: HeldRun[]
  /** All wakes that a handler was given. */
  readonly seen: Wake[]
  /** Lets everything go on that can. */
  settle(): Promise<void>
}

export interface SetupOptions extends Partial<WakeManagerOptions> {
  readonly on?: EmbeddedStore
  readonly clock?: ManualClock
  readonly death?: Death
}

/** A manager over a memory store, on a clock that stands still, whose handlers wait to be ended. */
export function setup({
  on = createMemoryStore(),
  clock = createManualClock(),
  death,
  ...options
}: SetupOptions = {}): Setup {
  const ground = watchStore(on, death)
  const store = createEmbeddedWakeStore(ground)
  const runs: HeldRun[] = []
  const seen: Wake[] = []

  async function handler(wake: Wake, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    seen.push(wake)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const run: HeldRun = { wake, signal, end: resolve, fail: reject }
    runs.push(run)
    try {
      await promise
    } finally {
      runs.splice(runs.indexOf(run), 1)
    }
  }

  const manager = createWakeManager({ store, handler, clock, random: () => 1, ...options })
  return { ground, store, clock, manager, runs, seen, settle: () => ground.quiet() }
}

/** The `reason` of each trigger, which tests use as its name. */
export function reasons(wake: Wake | undefined): (string | undefined)[] {
  return wake?.triggers.map(({ reason }) => reason) ?? []
}

/** All that is on disk. */
export async function rowsOf(ground: EmbeddedStore): Promise<string[]> {
  return ground.keys({})
}
