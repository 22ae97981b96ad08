import type { Json } from '@agentic/worker-outcome'
import type { ToolCall } from '../agent/model-answer.ts'
import type { RunTelemetry } from '../agent/telemetry.ts'
import { untilStopped } from '../agent/until-stopped.ts'
import type { RunContext } from '../run-context.ts'
import { type RunTool, type ToolContext, toolRunOf } from './run-tool.ts'

/** What a call gave, as the model is told it: scrubbed and cut. */
export interface ToolResult {
  readonly text: string
  readonly isError: boolean
}

/**
 * Calls a tool. All that it says passes the run's seam here, before anything is cut. A tool that is deaf is left behind
 * when the run's grace is over; then, and when the run was stopped meanwhile, it rejects with the reason.
 */
export async function callTool(
  call: ToolCall,
  tools: readonly RunTool[],
  run: RunContext,
  telemetry: RunTelemetry,
  maxLength: number,
): Promise<ToolResult> {
  const { control, meter, report } = run
  const input = JSON.stringify(call.input ?? {})
  report({ type: 'tool-started', callId: call.id, tool: call.name, input })
  meter.add({ toolCalls: 1 })
  const leave = control.enter('tool')
  try {
    const result = await telemetry.span(
      'execute_tool',
      call.name,
      { 'gen_ai.tool.name': call.name, 'gen_ai.tool.call.id': call.id, 'gen_ai.tool.type': 'function' },
      async (span) => {
        telemetry.content(span, 'gen_ai.tool.call.arguments', () => input)
        const said = await untilStopped(control.killSignal, execute(call, tools, run))
        if (said.isError) span.setAttribute('error.type', 'tool_error')
        const text = shortened(run.seam.scrub(said.text), maxLength)
        telemetry.content(span, 'gen_ai.tool.call.result', () => text)
        return { text, isError: said.isError }
      },
    )
    report({ type: 'tool-ended', callId: call.id, tool: call.name, output: result.text, isError: result.isError })
    return result
  } finally {
    leave()
  }
}

async function execute(call: ToolCall, tools: readonly RunTool[], run: RunContext): Promise<ToolResult> {
  if (call.problem !== undefined) return { text: call.problem, isError: true }
  const tool = tools.find(({ name }) => name === call.name)
  if (tool === undefined) return { text: `there is no tool "${call.name}"`, isError: true }
  const live = run.seam.textStream()
  const show = (text: string): void => {
    if (text !== '') run.report({ type: 'tool-output', callId: call.id, text })
  }
  try {
    const answer = await tool.execute(
      (call.hiddenInput ?? call.input ?? {}) as Json,
      contextOf(call, run, (text) => show(live.write(text))),
    )
    return { text: typeof answer === 'string' ? answer : (JSON.stringify(answer) ?? ''), isError: false }
  } catch (error) {
    // That the run was stopped is no answer of the tool's: taken up again, the run asks anew.
    run.control.signal.throwIfAborted()
    return { text: error instanceof Error ? error.message : String(error), isError: true }
  } finally {
    show(live.end())
  }
}

function contextOf({ id }: ToolCall, run: RunContext, output: (text: string) => void): ToolContext {
  return {
    ...toolRunOf(run),
    callId: id,
    output(text) {
      run.control.progress()
      output(text)
    },
  }
}

/** Keeps start and end: a command says what went wrong last, a file what it is first. */
function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const start = Math.floor(maxLength / 4)
  const leftOut = text.length - maxLength
  const end = text.slice(text.length - (maxLength - start))
  return `${text.slice(0, start).toWellFormed()}\n[${leftOut} characters left out]\n${end.toWellFormed()}`
}
