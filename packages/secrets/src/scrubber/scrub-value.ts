/** Deeper than any sound JSON; what lies below is withheld rather than left unscrubbed. */
const DEEPEST = 1000

/** Redacts every string and number of a JSON value, names of members included, with the given function. */
export function scrubValue<Value>(value: Value, scrub: (text: string) => string): Value {
  // The same shape, with text in place of text; only a number that holds a secret changes its type.
  return scrubAny(value, scrub, 0) as Value
}

function scrubAny(value: unknown, scrub: (text: string) => string, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return scrub(value)
    case 'number':
    case 'bigint':
      return scrubNumber(value, scrub)
    case 'object':
      return value === null ? null : scrubObject(value, scrub, depth)
    default:
      return typeof value === 'boolean' ? value : undefined
  }
}

/** A secret of digits alone can come as a number. */
function scrubNumber(value: bigint | number, scrub: (text: string) => string): unknown {
  const text = String(value)
  const scrubbed = scrub(text)
  return scrubbed === text ? value : scrubbed
}

function scrubObject(value: object, scrub: (text: string) => string, depth: number): unknown {
  if (depth >= DEEPEST) return '[REDACTED]'
  if (Array.isArray(value)) return value.map((item) => scrubAny(item, scrub, depth + 1))
  if ('toJSON' in value && typeof value.toJSON === 'function') return scrubAny(value.toJSON(), scrub, depth + 1)
  const members = new Map<string, unknown>()
  for (const [name, item] of Object.entries(value)) {
    members.set(freeName(scrub(name), members), scrubAny(item, scrub, depth + 1))
  }
  return Object.fromEntries(members)
}

/** Two names that differed only in a secret must not become one member. */
function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name
  for (let count = 2; taken.has(free); count += 1) free = `${name} (${count})`
  return free
}
