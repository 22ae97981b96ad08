import type { McpServer } from '@agentclientprotocol/sdk'
import { AcpError } from './acp-error.ts'
import type { AcpMcpServer } from './acp-spec.ts'

/** Which servers an agent can reach, besides programs that it starts itself. */
export interface McpReach {
  readonly http: boolean
  readonly sse: boolean
}

/** The servers as the protocol has them, with the secrets in their place. Throws on one that the agent cannot reach. */
export function mcpServersOf(
  servers: readonly AcpMcpServer[],
  env: Readonly<Record<string, string>>,
  reach: McpReach,
): McpServer[] {
  return servers.map((server) => {
    if (server.type === 'stdio') {
      const { name, command, args = [] } = server
      return { name, command, args: [...args], env: pairsOf(server.env, env, `${name}.env`) }
    }
    if (!reach[server.type]) {
      throw new AcpError(
        'ACP_OPTION_UNKNOWN',
        `mcpServers: the agent cannot reach "${server.name}" over ${server.type}: give it as a program (stdio)`,
      )
    }
    const { type, name, url } = server
    return { type, name, url, headers: pairsOf(server.headers, env, `${name}.headers`) }
  })
}

function pairsOf(
  values: Readonly<Record<string, string>> | undefined,
  env: Readonly<Record<string, string>>,
  field: string,
): { name: string; value: string }[] {
  return Object.entries(values ?? {}).map(([name, value]) => ({
    name,
    value: value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, secret: string) => {
      const found = Object.hasOwn(env, secret) ? env[secret] : undefined
      if (found !== undefined) return found
      throw new AcpError(
        'ACP_SPEC_INVALID',
        `mcpServers.${field}.${name}: the run has no secret ${secret}: give the agent one, of the category tool`,
      )
    }),
  }))
}
