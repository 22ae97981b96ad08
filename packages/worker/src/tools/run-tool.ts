import { toJsonSchema } from '@valibot/to-json-schema'
import type { Block, Json } from '@agentic/worker-outcome'
import * as v from 'valibot'
import type { RunContext } from '../run-context.ts'
import type { RunInfo } from '../worker.ts'
import { WorkerError } from '../errors.ts'
import { problemsOf } from '../worker-spec.ts'

/** Something that a language model may do in a run; it is called with what it needs to know of the run. */
export interface RunTool<Context = ToolContext> {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string
  /** Says to the model what it does and when to use it. */
  readonly description: string
  /** JSON Schema of the input, an object. */
  readonly inputSchema: { readonly [key: string]: Json }
  /**
   * Whether each result tells anew how things are, so that the model is shown the newest alone.
   * @default false
   */
  readonly isLatestOnly?: boolean | undefined
  /**
   * Does it. A text is given to the model as it is, other data as JSON; either way scrubbed and cut. What it throws is told
   * to the model as an error, and the run goes on.
   */
  execute(input: Json, context: Context): Promise<Json>
}

/** What tools know of the run that they are of. Late calls change nothing. */
export interface ToolRun extends RunInfo {
  readonly workspace: string
  /** The run's environment: `tool` secrets. */
  readonly env: Readonly<Record<string, string>>
  /** Stop now. */
  readonly signal: AbortSignal
  /** Destroy what is held. */
  readonly killSignal: AbortSignal
  /** Says that something moved, so that the run is not taken for stalled. */
  progress(): void
  /** Reports a block: the run ends before the model is called again. */
  reportBlock(block: Block): void
  scrub(text: string): string
}

/** What a tool knows of one call of it. */
export interface ToolContext extends ToolRun {
  readonly callId: string
  /** Shows a piece of output to who watches; scrubbed on the way, over the borders of pieces too. */
  output(text: string): void
}

/** What a run's tools are told of it. */
export function toolRunOf({ job, control, workspace, env, seam }: RunContext): ToolRun {
  return {
    agentId: job.agentId,
    taskId: job.taskId,
    runId: job.runId,
    workspace,
    env,
    signal: control.signal,
    killSignal: control.killSignal,
    progress: control.progress,
    reportBlock: control.reportBlock,
    scrub: seam.scrub,
  }
}

/** An error whose message is meant for the model: it says what was wrong and the way out. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
}

/** Makes a tool of a valibot schema: its input is checked, and typed. */
export function defineTool<Schema extends v.GenericSchema, Context = ToolContext>(tool: {
  readonly name: string
  readonly description: string
  readonly input: Schema
  readonly isLatestOnly?: boolean
  readonly execute: (input: v.InferOutput<Schema>, context: Context) => Promise<Json>
}): RunTool<Context> {
  const { $schema: _, ...inputSchema } = toJsonSchema(tool.input, { errorMode: 'ignore' }) as Record<string, Json>
  return {
    name: tool.name,
    description: tool.description,
    inputSchema,
    isLatestOnly: tool.isLatestOnly,
    async execute(input, context) {
      const parsed = v.safeParse(tool.input, input)
      if (!parsed.success) throw new WorkerError('INPUT_INVALID', problemsOf(parsed.issues, 'input'))
      return await tool.execute(parsed.output, context)
    },
  }
}
