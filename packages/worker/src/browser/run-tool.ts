import type { Json } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { WorkerError } from '../errors.ts'
import { problemsOf } from '../worker-spec.ts'

/** A tool as a run hands it to a model. */
export interface RunTool {
  readonly name: string
  /** For the model: what it does, and when to use it. */
  readonly description: string
  readonly inputSchema: v.GenericSchema
  /** Rejects with an error that says what the model can do better, or with the signal's reason. */
  execute(input: unknown, context: { readonly signal: AbortSignal }): Promise<Json | string>
}

/** Makes a tool that checks its input itself: INPUT_INVALID names the field. */
export function defineTool<Input>(tool: {
  readonly name: string
  readonly description: string
  readonly input: v.GenericSchema<unknown, Input>
  readonly execute: (input: Input, signal: AbortSignal) => Promise<Json | string>
}): RunTool {
  const { name, description, input: inputSchema, execute } = tool
  return {
    name,
    description,
    inputSchema,
    async execute(input, { signal }) {
      signal.throwIfAborted()
      const parsed = v.safeParse(inputSchema, input)
      if (!parsed.success) throw new WorkerError('INPUT_INVALID', problemsOf(parsed.issues, 'input'))
      return execute(parsed.output, signal)
    },
  }
}
