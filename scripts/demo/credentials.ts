import { createHash, randomBytes } from 'node:crypto'

/** The tenants of the tour. */
export const AGENT_IDS = ['acme', 'globex'] as const
export type AgentId = (typeof AGENT_IDS)[number]

/** The secret values of one tour: fresh ones, so that wherever one of them turns up it has leaked. */
export interface Credentials {
  /** `GH_TOKEN`, another one for each agent. */
  readonly tokens: Readonly<Record<AgentId, string>>
  /** `SEARCH_KEY`, which all agents share. */
  readonly shared: string
  /** `MODEL_KEY`, which only the server itself is to have. */
  readonly system: string
}

export function createCredentials(): Credentials {
  const [acme, globex, shared, system] = [freshValue(), freshValue(), freshValue(), freshValue()]
  return { tokens: { acme, globex }, shared, system }
}

/** Proves that a value was there without telling it. */
export function fingerprint(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

/** Which of the values stand in a text, as they are or in base64. */
export function leaksIn({ tokens, shared, system }: Credentials, text: string): readonly string[] {
  const named = {
    'acme’s token': tokens.acme,
    'globex’s token': tokens.globex,
    'the shared key': shared,
    'the system key': system,
  }
  return Object.entries(named)
    .filter(([, value]) => text.includes(value) || text.includes(Buffer.from(value).toString('base64')))
    .map(([name]) => name)
}

function freshValue(): string {
  return randomBytes(24).toString('base64url')
}
