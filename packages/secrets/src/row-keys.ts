import { key, numberPart, parts, under } from '@agentic/embedded-store'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'

// Rows: `s\0NAME` and `a\0AGENT\0NAME` hold secrets. With `s` or `a\0AGENT` for a scope: `h\0SCOPE` holds its head,
// `k\0SCOPE` its data key, `u\0SCOPE` the days on which its secrets were last used, `q\0SCOPE\0NAME\0NUMBER` legacy rows whose
// place was taken. `t\0NUMBER` is the audit trail; `m\0...` tells about the store. Keys without NUL are of the legacy layout.

/** Where the form of the store is written. */
export const FORMAT_KEY: string = key('m', 'format')

/** Where the state of the store is written. */
export const HEADER_KEY: string = key('m', 'store')

/** Where the end of the audit trail is written. */
export const AUDIT_HEAD_KEY: string = key('m', 'audit')

/** Where is written how far the rotation of all scope keys has come. */
export const SCOPE_ROTATION_KEY: string = key('m', 'scope-rotation')

/** Where it says that files of a scope are to be rewritten. */
export function dueKey(scope: SecretScope): string {
  return key('m', 'due', ...scopeParts(scope))
}

/** The stretch of the scopes whose files are to be rewritten. */
export function dueRange(): { readonly gt: string; readonly lt: string } {
  return under('m', 'due')
}

/** Reads the scope out of a key of {@link dueRange}; `undefined` if it names none. */
export function scopeOfDueKey(text: string): SecretScope | undefined {
  return scopeOf(parts(text).slice(2))
}

/** Where a change waits that was made while nobody could vouch for the audit trail. */
export function pendingKey(number: number): string {
  return key('m', 'pending', number)
}

/** The stretch of the changes that wait for the audit trail, in their order. */
export function pendingRange(): { readonly gt: string; readonly lt: string } {
  return under('m', 'pending')
}

/** The number of the change that waits under a key. */
export function pendingNumber(text: string): number {
  return numberPart(parts(text).at(-1)!)
}

/** Keys that come before, between and after those of this layout, in byte order. */
export const LEGACY_RANGES: readonly { readonly gte?: string; readonly lt?: string }[] = betweenTags([
  'a',
  'h',
  'k',
  'm',
  'q',
  's',
  't',
  'u',
])

export function secretKey(scope: SecretScope, name: string): string {
  return key(...scopeParts(scope), name)
}

/** The stretch of all secrets of a scope. */
export function scopeRange(scope: SecretScope): { readonly gt: string; readonly lt: string } {
  return under(...scopeParts(scope))
}

/** The stretch of all secrets of agents. */
export function allAgentsRange(): { readonly gt: string; readonly lt: string } {
  return under('a')
}

/** The stretch of all legacy rows that are kept for a scope. */
export function keptRange(scope: SecretScope): { readonly gt: string; readonly lt: string } {
  return under('q', ...scopeParts(scope))
}

/** The keys under which legacy rows for a secret are kept, from the first free one after those that are there. */
export function keptKeys(
  scope: SecretScope,
  name: string,
): { readonly range: { readonly gt: string; readonly lt: string }; after(last: string | undefined): string } {
  const prefix = ['q', ...scopeParts(scope), name]
  return {
    range: under(...prefix),
    after: (last: string | undefined): string =>
      key(...prefix, last === undefined ? 1 : numberPart(parts(last).at(-1)!) + 1),
  }
}

/** Where the head of a scope is. */
export function headKey(scope: SecretScope): string {
  return key('h', ...scopeParts(scope))
}

/** Where the wrapped data key of a scope is. */
export function dataKeyKey(scope: SecretScope): string {
  return key('k', ...scopeParts(scope))
}

/** The stretch of all wrapped data keys. */
export function allDataKeysRange(): { readonly gt: string; readonly lt: string } {
  return under('k')
}

/** The stretches of what came with the second format. */
export const FORM_TWO_RANGES: readonly { readonly gt: string; readonly lt: string }[] = [
  under('h'),
  under('k'),
  under('t'),
]

/** Reads the scope out of the key of a data key; `undefined` if it names none. */
export function scopeOfDataKey(text: string): SecretScope | undefined {
  return scopeOf(parts(text).slice(1))
}

function scopeOf([tag, agentId, ...more]: readonly string[]): SecretScope | undefined {
  if (tag === 's' && agentId === undefined) return INSTANCE_SHARED
  return tag === 'a' && agentId !== undefined && more.length === 0 ? agentScope(agentId) : undefined
}

/** The stretches in which an agent that has anything has a key, each with where the agent's id stands in it. */
export const AGENT_RANGES: readonly {
  readonly range: { readonly gt: string; readonly lt: string }
  readonly at: number
}[] = [
  { range: under('a'), at: 1 },
  { range: under('h', 'a'), at: 2 },
  { range: under('k', 'a'), at: 2 },
]

/** Where the days are on which the secrets of a scope were last used. */
export function usedKey(scope: SecretScope): string {
  return key('u', ...scopeParts(scope))
}

/** The same, and after it where an older version wrote a day for each secret. */
export function usedRange(scope: SecretScope): { readonly gte: string; readonly lt: string } {
  return { gte: usedKey(scope), lt: under('u', ...scopeParts(scope)).lt }
}

/** Where an entry of the audit trail is. */
export function auditKey(sequence: number): string {
  return key('t', sequence)
}

/** The stretch of the audit trail. */
export function auditRange(): { readonly gt: string; readonly lt: string } {
  return under('t')
}

/** Where a scope is in the text of a lock, a cache or a report: no two scopes have the same. */
export function scopeId(scope: SecretScope): string {
  return key(...scopeParts(scope))
}

/** A name for the lock of a scope. */
export function lockOf(scope: SecretScope): string {
  return key('secrets', ...scopeParts(scope))
}

function scopeParts(scope: SecretScope): readonly string[] {
  return scope.type === 'agent' ? ['a', scope.agentId] : ['s']
}

function betweenTags(tags: readonly string[]): { gte?: string; lt?: string }[] {
  const stretches = tags.map((tag) => under(tag))
  return [...stretches, undefined].map((stretch, index) => {
    const before = stretches[index - 1]
    return {
      ...(before === undefined ? {} : { gte: before.lt }),
      ...(stretch === undefined ? {} : { lt: stretch.gt }),
    }
  })
}
