import { MAX_TRIGGERS, type Trigger } from './wake.ts'

/** What one row keeps: some triggers, how many more rang, and which attempt at them comes next. */
export interface Bundle {
  readonly triggers: readonly Trigger[]
  readonly more: number
  readonly attempt: number
}

/** Joins bundles into one: the oldest triggers are kept, the rest counted, and the furthest attempt counts for all. */
export function mergeBundles(bundles: readonly Bundle[]): Bundle {
  const triggers = bundles.flatMap((bundle) => bundle.triggers).toSorted((one, other) => one.at - other.at)
  const counted = bundles.reduce((sum, { more }) => sum + more, 0)
  return {
    triggers: triggers.slice(0, MAX_TRIGGERS),
    more: counted + Math.max(0, triggers.length - MAX_TRIGGERS),
    attempt: bundles.reduce((furthest, { attempt }) => Math.max(furthest, attempt), 1),
  }
}
