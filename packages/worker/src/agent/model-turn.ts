import type { Clock } from '@agentic/worker-outcome'
import {
  type ModelMessage,
  type Tool,
  jsonSchema,
  NoSuchToolError,
  streamText,
  type TextStreamPart,
  type ToolCallRepairFunction,
  type ToolSet,
  wrapLanguageModel,
} from 'ai'
import type { RunTool } from '../tools/run-tool.ts'
import { createAnswerParts, type ModelAnswer } from './model-answer.ts'
import { type ModelFailure, modelFailureOf, SilentModelError } from './model-failure.ts'
import type { CallableModel } from './model-provider.ts'
import type { ModelSettings } from './model-settings.ts'
import { repairToolInput, repairToolName } from './tool-call-repair.ts'
import { untilStopped } from './until-stopped.ts'

export interface ModelRequest {
  readonly model: CallableModel
  readonly settings: ModelSettings
  readonly instructions: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly RunTool[]
}

export interface ModelCallOptions {
  /** Ends the call, whether the client obeys or not: it then rejects with the signal's reason. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly silenceMs: number
  /** Sees that something came, and the text in it. */
  readonly onPart: (text: string | undefined) => void
  readonly onWarning: (warning: unknown) => void
}

/** Calls the model once and takes its answer as it comes. Tools are not called here. */
export async function callModel(request: ModelRequest, options: ModelCallOptions): Promise<ModelAnswer> {
  const silence = watchSilence(options)
  const answer = createAnswerParts()
  let length = 0
  try {
    const parts = streamOf(request, silence.signal, options.onWarning)
    for (;;) {
      const next = await untilStopped(silence.signal, parts.next())
      if (next.done === true) break
      silence.heard()
      options.onPart(next.value.type === 'text-delta' ? next.value.text : undefined)
      length += lengthOf(next.value)
      if (length > ANSWER_MAX_LENGTH) return { type: 'failed', failure: TOO_LONG, usage: undefined }
      answer.take(next.value)
    }
    return answer.end()
  } catch (error) {
    options.signal.throwIfAborted()
    return { type: 'failed', failure: modelFailureOf(error), usage: answer.usage() }
  } finally {
    silence.end()
  }
}

/** A whole answer is held in memory, and no model says as much. */
const ANSWER_MAX_LENGTH = 8 * 1024 * 1024
const TOO_LONG: ModelFailure = { type: 'nonsense', message: `the answer has more than ${ANSWER_MAX_LENGTH} characters` }

function lengthOf(part: TextStreamPart<ToolSet>): number {
  if (part.type === 'text-delta' || part.type === 'reasoning-delta') return part.text.length
  return part.type === 'tool-input-delta' ? part.delta.length : 0
}

function streamOf(
  { model, settings, instructions, messages, tools }: ModelRequest,
  abortSignal: AbortSignal,
  onWarning: (warning: unknown) => void,
): AsyncIterator<TextStreamPart<ToolSet>> {
  const { maxOutputTokens, temperature } = settings
  const { stream } = streamText({
    model: withoutWarnings(model, onWarning),
    instructions,
    messages: [...messages],
    tools: Object.fromEntries(tools.map((tool) => [tool.name, definitionOf(tool)])),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    abortSignal,
    // Tried again by the run, which knows its budget and tells who watches.
    maxRetries: 0,
    repairToolCall,
    telemetry: { isEnabled: false },
    // What is wrong is taken from the stream; else it would be written to the console.
    onError: () => undefined,
  })
  return stream[Symbol.asyncIterator]()
}

/** The `ai` package writes a provider's warnings to the process's; here they are the run's. */
function withoutWarnings(model: CallableModel, onWarning: (warning: unknown) => void): CallableModel {
  if (model.specificationVersion !== 'v4') return model
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: 'v4',
      async wrapStream({ doStream }) {
        const { stream, ...rest } = await doStream()
        const silenced = new TransformStream({
          transform(part: typeof stream extends ReadableStream<infer Part> ? Part : never, controller) {
            if (part.type !== 'stream-start') return controller.enqueue(part)
            part.warnings.forEach(onWarning)
            controller.enqueue({ ...part, warnings: [] })
          },
        })
        return { stream: stream.pipeThrough(silenced), ...rest }
      },
    },
  })
}

/** Without a way to execute it: the run calls tools itself, so that it can end between a tool and the next model call. */
function definitionOf({ description, inputSchema }: RunTool): Tool {
  return { description, inputSchema: jsonSchema(inputSchema, { validate: objectAlone }) }
}

/** Each tool checks its own input; that it is an object at all decides whether it is mended. */
function objectAlone(value: unknown): { success: true; value: object } | { success: false; error: Error } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { success: true, value }
  return { success: false, error: new TypeError('the input must be an object') }
}

const repairToolCall: ToolCallRepairFunction<ToolSet> = async ({ toolCall, tools, error }) => {
  const toolName = NoSuchToolError.isInstance(error)
    ? repairToolName(toolCall.toolName, Object.keys(tools))
    : toolCall.toolName
  const input = toolCall.input.trim() === '' ? '{}' : repairToolInput(toolCall.input)
  return toolName === undefined || input === undefined ? null : { ...toolCall, toolName, input }
}

/** Aborts on the run's signal, and when nothing was heard for too long. */
function watchSilence({ signal, clock, silenceMs }: ModelCallOptions) {
  const silence = new AbortController()
  let heardAt = clock.now()
  let takeBack = clock.setTimer(check, silenceMs)

  function check(): void {
    const left = heardAt + silenceMs - clock.now()
    if (left > 0) takeBack = clock.setTimer(check, left)
    else silence.abort(new SilentModelError(`the model said nothing for ${Math.round(silenceMs / 1000)} s`))
  }

  return {
    signal: AbortSignal.any([signal, silence.signal]),
    heard: () => (heardAt = clock.now()),
    end() {
      takeBack()
      // Whatever of the call still goes on is of no use to anybody.
      silence.abort(new SilentModelError('the call is over'))
    },
  }
}
