/** Data that crosses a wire unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Deepest nesting that is taken: what reads it later, here and elsewhere, does so by recursion. */
export const JSON_MAX_DEPTH = 100

/**
 * Whether a value is plain data that JSON keeps as it is: no dates, no instances of classes. A property that is
 * `undefined` counts as absent, which is what JSON makes of it.
 */
export function isJson(value: unknown, depth = 0): value is Json {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value !== 'object' || depth === JSON_MAX_DEPTH) return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.values(value).every((item) => item === undefined || isJson(item, depth + 1))
}
