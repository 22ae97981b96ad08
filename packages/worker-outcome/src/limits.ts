import type { Clock } from './clock.ts'

/** What a run is busy with; it decides how long silence may last. */
export type RunPhase = 'model-call' | 'tool'

/** Longest silences of a run, in milliseconds. */
export interface StallLimits {
  /** @default 450_000 */
  readonly idleMs: number
  /** @default 1_800_000 */
  readonly modelCallMs: number
  /** @default 1_200_000 */
  readonly toolMs: number
}

export const DEFAULT_STALL_LIMITS: StallLimits = { idleMs: 450_000, modelCallMs: 1_800_000, toolMs: 1_200_000 }

export interface LimitsOptions {
  readonly wallClockMs: number
  readonly stall: Partial<StallLimits> | undefined
  readonly clock: Clock
  readonly onReached: (limit: 'wall-clock' | 'stall') => void
}

export interface Limits {
  begin(): void
  end(): void
  progress(): void
  enter(phase: RunPhase): () => void
  waitForInput<Result>(input: Promise<Result>): Promise<Result>
}

/**
 * Watches wall clock and silence with one timer. Progress only notes the time: the timer, when it goes off, looks
 * whether it still means anything, so that noting progress costs nothing.
 */
export function createLimits(options: LimitsOptions): Limits {
  const { clock } = options
  const stall = { ...DEFAULT_STALL_LIMITS, ...definedOf(options.stall) }
  const phases: RunPhase[] = []
  let takeBackTimer = (): void => undefined
  let isWatching = false
  let waiting = 0
  let wallClockEnd = 0
  let waitingSince = 0
  let lastProgress = 0

  const silenceMs = (): number => {
    if (phases.includes('tool')) return stall.toolMs
    return phases.length > 0 ? stall.modelCallMs : stall.idleMs
  }

  function arm(): void {
    takeBackTimer()
    if (!isWatching || waiting > 0) return
    const next = Math.min(wallClockEnd, lastProgress + silenceMs())
    takeBackTimer = clock.setTimer(check, next - clock.now())
  }

  function check(): void {
    const now = clock.now()
    if (now >= wallClockEnd) return options.onReached('wall-clock')
    if (now >= lastProgress + silenceMs()) return options.onReached('stall')
    arm()
  }

  const limits: Limits = {
    begin() {
      isWatching = true
      lastProgress = clock.now()
      wallClockEnd = lastProgress + options.wallClockMs
      arm()
    },
    end() {
      isWatching = false
      takeBackTimer()
    },
    progress() {
      lastProgress = clock.now()
    },
    enter(phase) {
      phases.push(phase)
      limits.progress()
      arm()
      let hasLeft = false
      return () => {
        if (hasLeft) return
        hasLeft = true
        phases.splice(phases.lastIndexOf(phase), 1)
        limits.progress()
        arm()
      }
    },
    async waitForInput(input) {
      if (waiting === 0) waitingSince = clock.now()
      waiting += 1
      arm()
      try {
        return await input
      } finally {
        waiting -= 1
        if (waiting === 0) {
          wallClockEnd += clock.now() - waitingSince
          limits.progress()
          arm()
        }
      }
    },
  }
  return limits
}

function definedOf(limits: Partial<StallLimits> | undefined): Partial<StallLimits> {
  return Object.fromEntries(Object.entries(limits ?? {}).filter(([, value]) => value !== undefined))
}
