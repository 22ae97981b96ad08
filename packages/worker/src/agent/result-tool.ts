import { Validator } from '@cfworker/json-schema'
import type { Json } from '@agentic/worker-outcome'
import { type RunTool, ToolError } from '../tools/run-tool.ts'

export const RESULT_TOOL = 'submit_result'

/** What the model has handed in. */
export interface SubmittedResult {
  data?: Json
}

/**
 * The tool by which a task with an output schema ends. A tool rather than a response format: every server that knows
 * tools knows it, and what is wrong can be told and mended.
 */
export function createResultTool(schema: { readonly [key: string]: Json }, submitted: SubmittedResult): RunTool {
  return {
    name: RESULT_TOOL,
    description: 'Hands in the result of the task and ends it. Call it once, alone, when all is done.',
    inputSchema: schema,
    async execute(input) {
      const problems = problemsOf(schema, input)
      if (problems !== '') throw new ToolError(`the result does not fit its schema: ${problems}`)
      submitted.data = input
      return 'taken'
    },
  }
}

function problemsOf(schema: { readonly [key: string]: Json }, input: Json): string {
  try {
    const { valid, errors } = new Validator(schema, '2020-12', false).validate(input)
    if (valid) return ''
    // The last ones are the innermost: those before say only that something in them is wrong.
    return errors
      .slice(-5)
      .map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`)
      .join('; ')
  } catch (error) {
    return `the schema itself cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}
