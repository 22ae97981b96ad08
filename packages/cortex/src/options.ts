/** Refuses an option that is no whole number from `least` on. */
export function assertWholeNumber(field: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new TypeError(`${field} must be a whole number from ${least}`)
}
