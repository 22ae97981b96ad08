export { createWakeManager } from './wake-manager.ts'
export type { CloseOptions, FireOptions, WakeManager, WakeManagerOptions, WakeStats } from './wake-manager.ts'
export { type DeadWake, MAX_TRIGGERS, type Trigger, TRIGGER_TYPES, type TriggerType, type Wake } from './wake.ts'
export type { WakeEvents } from './wake-events.ts'
export type { RetryOptions } from './backoff.ts'
export type { Clock } from './clock.ts'

export { createEmbeddedWakeStore, type EmbeddedWakeStore, type PreparedRing } from './adapters/embedded.ts'
export {
  type BegunWake,
  COUNT_LIMIT,
  type DeadPage,
  type DeadPageOptions,
  type RingAnswer,
  type RingOptions,
  type WakeCounts,
  type WakeStore,
} from './wake-store.ts'

export { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts'

export { WakeError, type WakeErrorCode } from './errors.ts'
