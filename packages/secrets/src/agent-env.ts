import type { EnvDecision } from './decide-env.ts'
import { createScrubber } from './scrubber/scrubber.ts'
import { previousOf } from './record.ts'
import type { AgentEnv } from './secret-store.ts'

/** Makes the environment that was decided on, and the scrubber of that and of what was replaced lately. */
export function makeAgentEnv(decisions: readonly EnvDecision[], now: string): AgentEnv {
  const given = decisions.flatMap(({ name, record, why }) =>
    record === undefined || why !== undefined ? [] : [{ name, value: record.value }],
  )
  // Withheld ones too, and what they replaced: workers may have had them until now, and have printed or stored them.
  const kept = decisions.flatMap(({ name, record, why }) =>
    record === undefined || why === undefined || why === 'unusable-value' ? [] : [{ name, value: record.value }],
  )
  const replaced = decisions.flatMap(({ name, record }) => {
    const previous = record === undefined ? undefined : previousOf(record, now)
    return previous === undefined ? [] : [{ name, value: previous.value }]
  })
  const withheld = decisions.flatMap(({ name, why }) => (why === undefined ? [] : [Object.freeze({ name, why })]))
  return Object.freeze({
    env: envOf(given),
    scrubber: createScrubber([...given, ...kept, ...replaced]),
    withheld: Object.freeze(withheld),
  })
}

/**
 * Without a prototype: Node.js copies inherited properties into a subprocess's environment too. What is shown of it when
 * it is logged are its names; neither member that sees to this is enumerable, so neither reaches the subprocess.
 */
function envOf(given: readonly { readonly name: string; readonly value: string }[]): Readonly<Record<string, string>> {
  const env = Object.create(null) as Record<string, string>
  for (const { name, value } of given) env[name] = value
  const shown = (): Record<string, string> => Object.fromEntries(given.map(({ name }) => [name, '[REDACTED]']))
  Object.defineProperties(env, {
    toJSON: { value: shown },
    [Symbol.for('nodejs.util.inspect.custom')]: { value: shown },
  })
  return Object.freeze(env)
}
