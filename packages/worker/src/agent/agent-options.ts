import type { Json } from '@agentic/worker-outcome'
import type { CreateScrubber } from '../run-seam.ts'
import type { RunTool, ToolRun } from '../tools/run-tool.ts'
import type { RunInfo } from '../worker.ts'
import type { AgentBudget } from './agent-spec.ts'
import type { ModelSettings } from './model-settings.ts'
import type { Tracer } from './telemetry.ts'

/** What `agent` runs need of the host. A tool whose port is not given is not offered. */
export interface AgentOptions {
  /**
   * Makes the scrubber of what is learnt during a run: model keys, and secrets that the agent keeps.
   * `createScrubber` of @agentic/secrets is one.
   */
  readonly createScrubber: CreateScrubber
  /** Value of a `system` secret of the host, for model keys. Rejects when it cannot be given. */
  readonly resolveSystemSecret?: ((name: string) => Promise<string>) | undefined
  /** Models by the names that agents and tasks may use. */
  readonly models?: Readonly<Record<string, ModelSettings>> | undefined
  /** The model of runs that name none: a name among `models`, or settings. */
  readonly defaultModel?: string | ModelSettings | undefined
  /** The most that any run may use up. */
  readonly budget?: AgentBudget | undefined
  /** What model providers are called with; the default is this process's own. */
  readonly modelFetch?: typeof fetch | undefined
  readonly limits?: Partial<AgentLimits> | undefined

  /** Further tools, as those of a browser, made for one run and closed with it. */
  readonly openTools?: ((run: ToolRun) => Promise<OpenTools>) | undefined
  /** Asks a person: the run waits, its wall clock stands still. Rejects when the question is withdrawn. */
  readonly ask?: AskPerson | undefined
  /** Keeps a secret of the agent: always in its own scope, always of the category `tool`. */
  readonly keepSecret?: KeepSecret | undefined
  readonly memory?: MemoryPort | undefined
  /** Hands a message to another agent. What it rejects with is told to the model. */
  readonly sendMessage?:
    | ((message: { readonly to: string; readonly message: string }, run: RunInfo) => Promise<Json>)
    | undefined
  /** Makes a task for the agent itself. What it rejects with is told to the model. */
  readonly createTask?: ((task: NewAgentTask, run: RunInfo) => Promise<Json>) | undefined
  readonly mcp?: McpHost | undefined
  readonly telemetry?: AgentTelemetry | undefined
}

/** Tools that were opened for a run. */
export interface OpenTools {
  readonly tools: readonly RunTool[]
  close(): Promise<void>
}

export type AskPerson = (
  question: { readonly questionId: string; readonly question: string },
  run: RunInfo & { readonly signal: AbortSignal },
) => Promise<string>

export type KeepSecret = (
  secret: { readonly name: string; readonly value: string },
  run: RunInfo,
) => Promise<'created' | 'replaced'>

export interface MemoryPort {
  /** Answers what fits best first. */
  search(query: string, options: { readonly limit: number }, run: RunInfo): Promise<readonly Json[]>
  /** Answers by what the memory is found again. */
  save(memory: { readonly text: string }, run: RunInfo): Promise<Json>
}

export interface NewAgentTask {
  readonly title: string
  readonly prompt: string
  readonly notBefore?: string | undefined
}

/** How servers of the Model Context Protocol are reached. Those that are programs run in the sandbox. */
export interface McpHost {
  /** Calls `http` servers: guard what it may reach, since an agent's settings name the address. Without it they are refused. */
  readonly fetch?: typeof fetch | undefined
}

export interface AgentTelemetry {
  /** A tracer of the OpenTelemetry API. */
  readonly tracer: Tracer
  /**
   * Whether spans have what was said and what tools were given, scrubbed.
   * @default false
   */
  readonly recordContent?: boolean | undefined
}

/** Limits of a run that are no budget. */
export interface AgentLimits {
  /**
   * How often a model call is made again after a failure that may pass.
   * @default 5
   */
  readonly retries: number
  /**
   * The first wait before that; each further one is twice as long, but at most `retryMaxDelayMs`.
   * @default 1_000
   */
  readonly retryDelayMs: number
  /**
   * Longest wait. When the provider asks for a longer one, the run fails, to be tried again later.
   * @default 120_000
   */
  readonly retryMaxDelayMs: number
  /**
   * Longest silence of the model in one call; the call is then made again.
   * @default 600_000
   */
  readonly modelSilenceMs: number
  /**
   * Most characters of one tool result; of more, start and end are kept.
   * @default 32_000
   */
  readonly toolResultLength: number
  /**
   * The same call with the same result so often gets a warning; twice as often ends the run.
   * @default 4
   */
  readonly repeatedCalls: number
}

export const DEFAULT_AGENT_LIMITS: AgentLimits = {
  retries: 5,
  retryDelayMs: 1000,
  retryMaxDelayMs: 120_000,
  modelSilenceMs: 600_000,
  toolResultLength: 32_000,
  repeatedCalls: 4,
}
