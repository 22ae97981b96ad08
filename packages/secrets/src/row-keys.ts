import { key, numberPart, parts, under } from '@agentic/embedded-store'
import type { SecretScope } from './secret-scope.ts'

// Rows: `s\0NAME` and `a\0AGENT\0NAME` hold secrets; `q\0` and the key of a secret and a number hold legacy rows whose
// place was taken; `m\0format` says in which form the store is. Keys without NUL are of the legacy layout.

/** Where the form of the store is written. */
export const FORMAT_KEY: string = key('m', 'format')

/** Keys that come before, between and after those of this layout, in byte order. */
export const LEGACY_RANGES: readonly { readonly gte?: string; readonly lt?: string }[] = betweenTags([
  'a',
  'm',
  'q',
  's',
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
