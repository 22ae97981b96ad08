import { createScrubber } from '@agentic/secrets'
import type { SecretsSource } from '../src/index.ts'

/** A source that gives every agent these secrets. */
export function fixedSecrets(env: Readonly<Record<string, string>> = {}): SecretsSource {
  const scrubber = createScrubber(Object.entries(env).map(([name, value]) => ({ name, value })))
  return { envFor: () => Promise.resolve({ env, scrubber }) }
}
