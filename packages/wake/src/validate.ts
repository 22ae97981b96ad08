import { WakeError } from './errors.ts'
import { TRIGGER_TYPES, type Trigger } from './wake.ts'
import type { DeadPageOptions, RingOptions } from './wake-store.ts'

const MOST_ON_A_PAGE = 500

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

/** Throws WAKE_INVALID unless dead wakes can be listed so. */
export function assertDeadPage({ agentId, limit, cursor }: DeadPageOptions): void {
  if (agentId !== undefined) assertAgentId(agentId)
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MOST_ON_A_PAGE))
    throw invalid('limit', `must be a whole number from 1 to ${MOST_ON_A_PAGE}`)
  if (cursor !== undefined && (typeof cursor !== 'string' || !cursor.isWellFormed()))
    throw invalid('cursor', 'must be the `nextCursor` of a page; leave it out for the first')
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
