export { type Cortex, type CortexMode, type CortexOptions, createCortex } from './cortex.ts'
export { LeaseLostError, RunInterruptedError } from './errors.ts'
export type { CortexClock, RingAgent, RunReport, RunTask, TaskClaim, TaskQueue } from './ports.ts'
