import * as v from 'valibot'
import { DEFAULT_HALF_LIVES, type HalfLives } from '../decay.ts'
import type { MemoryKind } from '../memory.ts'
import { numberField, objectMessage, parse } from '../validation.ts'

const DAY_MS = 86_400_000
const LONGEST_MS = 100 * 365 * DAY_MS

export interface MaintenanceOptions {
  /**
   * Memories whose current importance is below are pruned; from 0 (none) to 1.
   * @default 0.1
   */
  readonly pruneBelow?: number | undefined
  /**
   * But only when they were not used for so long, in milliseconds.
   * @default 30 days
   */
  readonly pruneAfterMs?: number | undefined
  /**
   * How long what is gone can be restored, in milliseconds, at least 1.
   * @default 30 days
   */
  readonly purgeAfterMs?: number | undefined
  /**
   * How similar two memories of one kind must be to become one; from 0.5 to 1 (the same words).
   * @default 0.9
   */
  readonly mergeFrom?: number | undefined
  /**
   * After how many milliseconds half of a memory's importance is left; kinds that are not named keep their default.
   * @default from 14 days (observation) to 180 days (fact, preference); identities do not decay
   */
  readonly halfLivesMs?: Partial<Omit<HalfLives, 'identity'>> | undefined
}

/** With every default filled in. */
export interface MaintenanceRules {
  readonly pruneBelow: number
  readonly pruneAfterMs: number
  readonly purgeAfterMs: number
  readonly mergeFrom: number
  readonly halfLives: HalfLives
}

const halfLife = v.optional(numberField(1, LONGEST_MS))
type HalfLifeFields = Record<Exclude<MemoryKind, 'identity'>, typeof halfLife>
const halfLifeFields: HalfLifeFields = {
  fact: halfLife,
  preference: halfLife,
  decision: halfLife,
  event: halfLife,
  observation: halfLife,
  goal: halfLife,
  todo: halfLife,
}

const schema = v.strictObject(
  {
    pruneBelow: v.optional(numberField(0, 1), 0.1),
    pruneAfterMs: v.optional(numberField(0, LONGEST_MS), 30 * DAY_MS),
    purgeAfterMs: v.optional(numberField(1, LONGEST_MS), 30 * DAY_MS),
    mergeFrom: v.optional(numberField(0.5, 1), 0.9),
    halfLivesMs: v.optional(v.strictObject(halfLifeFields, objectMessage), {}),
  },
  objectMessage,
)

/** Checks the options and fills in their defaults; throws MEMORY_INVALID naming every wrong one. */
export function parseMaintenanceOptions(options: unknown): MaintenanceRules {
  const { halfLivesMs, ...rules } = parse(schema, options, 'options')
  const given = Object.entries(halfLivesMs).filter(([, value]) => value !== undefined)
  return { ...rules, halfLives: { ...DEFAULT_HALF_LIVES, ...Object.fromEntries(given) } }
}
