import {
  type CallToolResult,
  createMCPClient,
  type ListToolsResult,
  type MCPClient,
  type MCPTransport,
} from '@ai-sdk/mcp'
import { failedOutcome, type Json } from '@agentic/worker-outcome'
import type { McpHost, OpenTools } from '../agent/agent-options.ts'
import type { McpServer } from '../agent/agent-spec.ts'
import { untilStopped } from '../agent/until-stopped.ts'
import { commandGraceMs } from '../command-worker.ts'
import { WorkerError } from '../errors.ts'
import type { RunContext } from '../run-context.ts'
import { type RunTool, ToolError } from './run-tool.ts'
import { createStdioTransport } from './mcp-stdio.ts'

/** Longest that a server may take to be ready, and to answer one call. */
const START_TIMEOUT_MS = 60_000
const CALL_TIMEOUT_MS = 600_000

type McpTransportOption = Parameters<typeof createMCPClient>[0]['transport']

/** What connecting to servers needs, and what it leaves to be closed, also when it fails halfway. */
interface McpGround {
  readonly host: McpHost
  readonly run: RunContext
  readonly network: 'none' | 'host'
  readonly closers: (() => Promise<unknown>)[]
}

/** Connects to an agent's servers for one run; their tools are named `server__tool`. A server that cannot be reached fails the run. */
export async function openMcpTools(
  servers: Readonly<Record<string, McpServer>>,
  host: McpHost,
  run: RunContext,
  network: 'none' | 'host',
): Promise<OpenTools> {
  const ground: McpGround = { host, run, network, closers: [] }
  const close = async (): Promise<void> => void (await Promise.allSettled(ground.closers.map((closer) => closer())))
  const tools: RunTool[] = []
  try {
    for (const [name, server] of Object.entries(servers)) {
      const { client, found } = await connect(name, server, ground)
      tools.push(...found.tools.map((tool) => runToolOf(name, tool, client)))
    }
    return { tools, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function connect(name: string, server: McpServer, ground: McpGround) {
  const { signal } = ground.run.control
  try {
    return await untilStopped(signal, open(await transportOf(name, server, ground), ground))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof WorkerError) throw error
    const message = `agentSettings.mcpServers.${name}: could not be used: ${failedOutcome(error).message}`
    throw new WorkerError('MCP_SERVER_FAILED', message, { cause: error, retryable: true })
  }
}

async function open(transport: McpTransportOption, { closers }: McpGround) {
  const client = await createMCPClient({
    transport,
    clientName: 'agentic',
    initializationOptions: { timeout: START_TIMEOUT_MS },
    // Told to whoever waits for an answer; there is nobody else to tell.
    onUncaughtError: () => undefined,
  })
  closers.push(() => client.close())
  return { client, found: await client.listTools({ options: { timeout: START_TIMEOUT_MS } }) }
}

async function transportOf(name: string, server: McpServer, ground: McpGround): Promise<McpTransportOption> {
  if (server.type === 'stdio') return await stdioTransport(name, server.argv, ground)
  const { host, run } = ground
  if (host.fetch === undefined) throw refused(name, 'this server lets no run call addresses that agents name')
  const headers = Object.fromEntries(
    Object.entries(server.headers ?? {}).map(([header, text]) => [header, withSecrets(name, text, run.env)]),
  )
  return { type: 'http', url: server.url, headers, fetch: host.fetch }
}

async function stdioTransport(
  name: string,
  argv: readonly [string, ...string[]],
  { run, network, closers }: McpGround,
): Promise<MCPTransport> {
  if (run.sandbox.open === undefined) throw refused(name, 'its sandbox cannot hold programs open')
  const process = await run.sandbox.open(
    { type: 'argv', argv },
    {
      env: run.env,
      workspace: run.workspace,
      network,
      graceMs: commandGraceMs(run.graceMs),
      signal: run.control.signal,
    },
  )
  // Not left to the client: one that does not come about closes nothing.
  closers.push(() => process.close())
  return createStdioTransport(process)
}

function runToolOf(server: string, tool: ListToolsResult['tools'][number], client: MCPClient): RunTool {
  return {
    name: `${server}__${tool.name}`.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 64),
    description: tool.description ?? tool.name,
    inputSchema: tool.inputSchema as { [key: string]: Json },
    async execute(input, { signal }) {
      const result = await client.callTool({
        name: tool.name,
        arguments: input as Record<string, unknown>,
        options: { signal, timeout: CALL_TIMEOUT_MS },
      })
      const text = textOf(result)
      if (result.isError === true) throw new ToolError(text === '' ? 'the tool failed' : text)
      return text
    },
  }
}

/** What a result says in words; pictures and the like are named only. */
function textOf(result: CallToolResult): string {
  if (!('content' in result) || !Array.isArray(result.content)) return JSON.stringify(result)
  const texts = result.content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`))
  const said = texts.join('\n')
  return said === '' && result.structuredContent !== undefined ? JSON.stringify(result.structuredContent) : said
}

/** Puts the run's secrets where they are named; one that the agent does not have is not left out. */
function withSecrets(server: string, text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (value !== undefined) return value
    throw new WorkerError(
      'MCP_SERVER_REFUSED',
      `agentSettings.mcpServers.${server}: the agent has no secret ${name}: set it`,
    )
  })
}

function refused(name: string, why: string): WorkerError {
  return new WorkerError('MCP_SERVER_REFUSED', `agentSettings.mcpServers.${name}: ${why}: take it out of the settings`)
}
