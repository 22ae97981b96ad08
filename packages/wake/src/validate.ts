import { WakeError } from './errors.ts'
import { TRIGGER_TYPES, type Trigger } from './wake.ts'
import type { RingOptions } from './wake-store.ts'

/** Throws WAKE_INVALID with the field and the way out, unless this ring can be kept. */
export function assertRing(agentId: string, trigger: Trigger, options: RingOptions): void {
  assertAgentId(agentId)
  if (!TRIGGER_TYPES.includes(trigger.type)) throw invalid('trigger.type', `must be one of ${TRIGGER_TYPES.join(', ')}`)
  if (trigger.reason !== undefined && typeof trigger.reason !== 'string')
    throw invalid('trigger.reason', 'must be a string')
  assertInstant('trigger.at', trigger.at)
  if (options.dueAt !== undefined) assertInstant('dueAt', options.dueAt)
  if (!isJson(trigger.payload))
    throw invalid('trigger.payload', 'must be JSON, without cycles, functions or big integers')
}

export function assertAgentId(agentId: string): void {
  if (typeof agentId !== 'string' || agentId === '' || agentId.includes('\0') || !agentId.isWellFormed()) {
    throw invalid('agentId', 'must be a string that is not empty, without NUL and lone surrogates')
  }
}

function assertInstant(field: string, instant: number): void {
  if (!Number.isSafeInteger(instant) || instant < 0) throw invalid(field, 'must be whole milliseconds since 1970')
}

function isJson(payload: unknown): boolean {
  if (payload === undefined) return true
  try {
    return JSON.stringify(payload) !== undefined
  } catch {
    return false
  }
}

function invalid(field: string, rule: string): WakeError {
  return new WakeError('WAKE_INVALID', `${field} ${rule}`)
}
