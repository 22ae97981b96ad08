import { WorkerError } from '../errors.ts'
import type { RunContext } from '../run-context.ts'
import { createFileTools } from '../tools/file-tools.ts'
import { openMcpTools } from '../tools/mcp-tools.ts'
import { type RunTool, toolRunOf } from '../tools/run-tool.ts'
import { createPortTools, type SaidOutcome } from '../tools/run-tools.ts'
import { createShellTool } from '../tools/shell-tool.ts'
import type { AgentOptions, OpenTools } from './agent-options.ts'
import type { AgentPlan } from './agent-plan.ts'

export interface AgentToolOptions {
  readonly plan: AgentPlan
  readonly host: AgentOptions
  readonly network: 'none' | 'host'
  readonly said: SaidOutcome
  /** Tools of the run itself, which no list leaves out. */
  readonly own: readonly RunTool[]
  /** The run's environment; what the agent keeps meanwhile is added to it. */
  readonly env: Record<string, string>
}

/** Opens all tools of a run that it may use. */
export async function openAgentTools(run: RunContext, options: AgentToolOptions): Promise<OpenTools> {
  const { plan, host, network, said, own, env } = options
  const addToEnv = (name: string, value: string): void => void (env[name] = value)
  const opened: OpenTools[] = []
  const close = async (): Promise<void> => void (await Promise.allSettled(opened.map((tools) => tools.close())))
  try {
    opened.push(await openMcpTools(plan.mcpServers, host.mcp ?? {}, run, network))
    if (host.openTools !== undefined) opened.push(await host.openTools(toolRunOf(run)))
    const offered = [
      createShellTool(run, env, network),
      ...createFileTools(run.workspace),
      ...createPortTools(run, host, said, addToEnv),
      ...opened.flatMap(({ tools }) => tools),
    ]
    requireOffered(plan.tools, offered)
    const tools = [...offered.filter(({ name }) => plan.tools?.has(name) ?? true), ...own]
    requireDistinct(tools)
    return { tools, close }
  } catch (error) {
    await close()
    throw error
  }
}

function requireOffered(wanted: ReadonlySet<string> | undefined, offered: readonly RunTool[]): void {
  const names = new Set(offered.map(({ name }) => name))
  const missing = [...(wanted ?? [])].filter((name) => !names.has(name))
  if (missing.length === 0) return
  throw new WorkerError(
    'UNKNOWN_TOOL',
    `worker.tools: there is no tool ${missing.join(', ')}: use of ${[...names].toSorted().join(', ')}`,
  )
}

/** Whichever came first would be called for both. */
function requireDistinct(tools: readonly RunTool[]): void {
  const names = tools.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new WorkerError('TOOLS_AMBIGUOUS', `two tools are named ${twice}: name one of them otherwise`)
}
