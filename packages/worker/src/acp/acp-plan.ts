import type { RunJob } from '../worker.ts'
import { AcpError } from './acp-error.ts'
import type { AcpAgent, AcpMcpServer, AcpPermissions, AcpSpec } from './acp-spec.ts'

/** All that decides a run, settled: what the task says, else the host's settings of the agent, else the defaults. */
export interface AcpPlan {
  readonly command: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly prompt: string
  readonly cwd: string
  readonly permissions: AcpPermissions
  readonly mode: string | undefined
  readonly model: string | undefined
  readonly options: Readonly<Record<string, string | boolean>>
  readonly authMethod: string | undefined
  readonly mcpServers: readonly AcpMcpServer[]
  readonly network: 'none' | 'host'
  readonly sessionId: string | undefined
  readonly mustResume: boolean
}

/** Settles a run, or throws an {@link AcpError} that names the field. */
export function planOf(
  spec: AcpSpec,
  job: Pick<RunJob, 'network'>,
  agents: Readonly<Record<string, AcpAgent>>,
): AcpPlan {
  const agent: AcpAgent = spec.command === undefined ? agentNamed(spec.agent, agents) : { command: spec.command }
  return {
    command: agent.command,
    env: agent.env ?? {},
    prompt: spec.prompt,
    cwd: spec.cwd ?? '.',
    permissions: spec.permissions ?? agent.permissions ?? 'allow',
    mode: spec.mode ?? agent.mode,
    model: spec.model ?? agent.model,
    options: { ...agent.options, ...spec.options },
    authMethod: spec.authMethod ?? agent.authMethod,
    mcpServers: [...(agent.mcpServers ?? []), ...(spec.mcpServers ?? [])],
    network: spec.network ?? agent.network ?? job.network ?? 'none',
    sessionId: spec.sessionId,
    mustResume: spec.resume !== 'prefer',
  }
}

function agentNamed(name: string | undefined, agents: Readonly<Record<string, AcpAgent>>): AcpAgent {
  const found = name !== undefined && Object.hasOwn(agents, name) ? agents[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(agents).toSorted()
  const way = names.length === 0 ? 'the host has set up none: give a command' : `use one of ${names.join(', ')}`
  throw new AcpError(
    'ACP_SPEC_INVALID',
    `worker.agent: there is no coding agent "${String(name).slice(0, 128)}": ${way}`,
  )
}
