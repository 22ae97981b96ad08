import { SecretsError } from './errors.ts'

/** Whose a secret is: the instance's, which all its agents share, or one agent's. */
export type SecretScope = { readonly type: 'instance-shared' } | { readonly type: 'agent'; readonly agentId: string }

/** Who a secret is for: `system` for the host alone, `tool` for workers. */
export type SecretCategory = 'system' | 'tool'

export const INSTANCE_SHARED: SecretScope = Object.freeze({ type: 'instance-shared' })

/** Makes the scope of one agent. */
export function agentScope(agentId: string): SecretScope {
  return { type: 'agent', agentId }
}

const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** Rejects what is not a scope, so that no two of them can ever mean the same rows. Returns a copy with nothing else in it. */
export function checkScope(scope: SecretScope): SecretScope {
  if (scope?.type === 'instance-shared') return INSTANCE_SHARED
  if (scope?.type === 'agent') return agentScope(checkAgentId(scope.agentId))
  throw new SecretsError('SECRETS_INVALID', 'scope.type must be "instance-shared" or "agent"', 'scope')
}

export function isAgentId(agentId: unknown): agentId is string {
  return typeof agentId === 'string' && AGENT_ID.test(agentId)
}

export function checkAgentId(agentId: string): string {
  if (isAgentId(agentId)) return agentId
  const rule = 'an agent id is 1 to 128 of A-Z a-z 0-9 . _ : - and begins with a letter or a digit'
  throw new SecretsError('SECRETS_INVALID', rule, 'agentId')
}
