export { createEmbeddedBreakerStore, createEmbeddedJanitorJournal } from './adapters/embedded.ts'
export type { ActiveLoop, LoopFailure } from './active-agents.ts'
export {
  type Breaker,
  type BreakerChange,
  type BreakerOptions,
  type BreakerState,
  type BreakerStore,
  type BreakerView,
  createBreaker,
} from './breaker.ts'
export { type Cortex, type CortexMode, type CortexOptions, createCortex } from './cortex.ts'
export { LeaseLostError, RunInterruptedError } from './errors.ts'
export {
  createJanitor,
  type Janitor,
  type JanitorJournal,
  type JanitorOptions,
  type JanitorRound,
  type JanitorState,
  type JanitorStatus,
  type Tended,
} from './janitor.ts'
export type { CortexClock, RingAgent, RunReport, RunTask, TaskClaim, TaskQueue } from './ports.ts'
