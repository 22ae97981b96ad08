import type { EventEmitter } from 'eventemitter3'
import type { Trigger, Wake } from './wake.ts'
import type { RingAnswer } from './wake-store.ts'

/** What a manager tells about. A listener that throws changes nothing: its error becomes a process warning. */
export interface WakeEvents {
  /** A ring by `fire` is on disk. */
  'wake-queued': (event: {
    readonly agentId: string
    readonly trigger: Trigger
    readonly status: RingAnswer
    readonly notBefore?: number | undefined
  }) => void
  /** The handler starts. */
  'wake-started': (event: { readonly wake: Wake }) => void
  /** The handler ended well, and the wake is off the disk. */
  'wake-finished': (event: { readonly wake: Wake; readonly elapsedMs: number }) => void
  /**
   * The handler failed, or the store did (then there may be no wake). The wake is run again at `retryAt`; without it,
   * at the next start, because this manager is closing.
   */
  'wake-failed': (event: {
    readonly agentId: string
    readonly wake?: Wake | undefined
    readonly error: unknown
    readonly retryAt?: number | undefined
  }) => void
  /** The handler failed for the last time; the wake is set aside. */
  'wake-dead': (event: { readonly wake: Wake; readonly error: unknown }) => void
}

/** Emits an event; a listener cannot break what it listens to. */
export function tell<Name extends keyof WakeEvents>(
  events: EventEmitter<WakeEvents>,
  name: Name,
  event: Parameters<WakeEvents[Name]>[0],
): void {
  try {
    // The emitter's own types cannot follow a name that is a type parameter; the signature above checks it.
    events.emit(name, ...([event] as never))
  } catch (error) {
    process.emitWarning(`a listener of '${name}' threw: ${String(error)}`, 'WakeListenerWarning')
  }
}
