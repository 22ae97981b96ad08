/** Says a value that came as JSON: a text as it is, nothing as nothing. */
export function jsonOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined) return ''
  try {
    return JSON.stringify(value)
  } catch {
    // Nested deeper than can be said again, though it could be read.
    return '[too deep]'
  }
}
