import { SandboxError } from './errors.ts'
import type { RunOptions } from './sandbox.ts'
import type { Supervision } from './supervise.ts'

/** The longest time that `setTimeout` keeps (2^31 - 1 ms): beyond, it fires at once. */
const timerMaxMs = 2_147_483_647

export interface CompleteRunOptions extends Supervision {
  readonly isolateNetwork: boolean
  readonly memoryBytes: number | undefined
  readonly processes: number | undefined
}

/** Fills in the defaults and refuses what makes no sense, before anything is started. */
export function completeRunOptions(options: RunOptions): CompleteRunOptions {
  const { network = 'none' } = options
  if (network !== 'none' && network !== 'host') throw invalid('network', "must be 'none' or 'host'")
  return {
    isolateNetwork: network === 'none',
    wallClockMs: whole('wallClockMs', options.wallClockMs, 1, timerMaxMs),
    graceMs: whole('graceMs', options.graceMs, 0, timerMaxMs) ?? 2_000,
    outputLimitBytes: whole('outputLimitBytes', options.outputLimitBytes, 1, 1_073_741_824) ?? 1_048_576,
    memoryBytes: whole('limits.memoryBytes', options.limits?.memoryBytes, 1_048_576, Number.MAX_SAFE_INTEGER),
    processes: whole('limits.processes', options.limits?.processes, 1, 4_194_304),
    signal: options.signal,
    onOutput: options.onOutput,
  }
}

function whole(field: string, value: number | undefined, least: number, most: number): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)) return value
  throw invalid(field, `must be a whole number from ${least} to ${most}`)
}

function invalid(field: string, problem: string): SandboxError {
  return new SandboxError('SANDBOX_OPTIONS_INVALID', `${field} ${problem}`)
}
