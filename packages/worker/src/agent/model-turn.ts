import type { Clock } from '@agentic/worker-outcome'
import {
  type AssistantModelMessage,
  type FinishReason,
  type LanguageModelUsage,
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
import { CUT_STREAM, type ModelFailure, modelFailureOf, SilentModelError } from './model-failure.ts'
import type { CallableModel } from './model-provider.ts'
import type { ModelSettings } from './model-settings.ts'
import { repairToolInput, repairToolName } from './tool-call-repair.ts'
import { untilStopped } from './until-stopped.ts'

/** A tool that the model wants to be called. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: unknown
  /** Why it cannot be called as it is, for the model to read. */
  readonly problem?: string | undefined
}

/** One whole answer of the model. */
export interface ModelTurn {
  readonly type: 'turn'
  readonly text: string
  readonly message: AssistantModelMessage | undefined
  readonly calls: readonly ToolCall[]
  readonly finish: Exclude<FinishReason, 'error' | 'interrupted'>
  readonly usage: LanguageModelUsage | undefined
}

export type ModelAnswer =
  | ModelTurn
  | { readonly type: 'failed'; readonly failure: ModelFailure; readonly usage: LanguageModelUsage | undefined }

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
  const answer = createAnswer()
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

type AssistantPart = Exclude<AssistantModelMessage['content'], string>[number]

/** Puts an answer together from the parts of its stream. */
function createAnswer() {
  const content: AssistantPart[] = []
  const open = new Map<string, { type: 'text' | 'reasoning'; text: string; providerOptions?: never }>()
  const calls: ToolCall[] = []
  let usage: LanguageModelUsage | undefined
  let finish: FinishReason | undefined
  let failure: ModelFailure | undefined

  function begin(type: 'text' | 'reasoning', id: string): void {
    const part = { type, text: '' }
    open.set(`${type} ${id}`, part)
    content.push(part)
  }

  function grow(type: 'text' | 'reasoning', id: string, text: string, providerMetadata: unknown): void {
    const part = open.get(`${type} ${id}`)
    if (part === undefined) return
    part.text += text
    // Providers sign what was thought; it must come back to them with its signature.
    if (providerMetadata !== undefined) part.providerOptions = providerMetadata as never
  }

  function take(part: TextStreamPart<ToolSet>): void {
    switch (part.type) {
      case 'text-start':
        return begin('text', part.id)
      case 'reasoning-start':
        begin('reasoning', part.id)
        return grow('reasoning', part.id, '', part.providerMetadata)
      case 'text-delta':
        return grow('text', part.id, part.text, part.providerMetadata)
      case 'reasoning-delta':
        return grow('reasoning', part.id, part.text, part.providerMetadata)
      case 'text-end':
        return grow('text', part.id, '', part.providerMetadata)
      case 'reasoning-end':
        return grow('reasoning', part.id, '', part.providerMetadata)
      case 'tool-call': {
        const { toolCallId, toolName, input, providerMetadata } = part
        const problem = part.invalid === true ? problemOf(part.error, toolName) : undefined
        calls.push({ id: toolCallId, name: toolName, input, problem })
        content.push({
          type: 'tool-call',
          toolCallId,
          toolName,
          input: typeof input === 'object' && input !== null ? input : {},
          ...(providerMetadata === undefined ? {} : { providerOptions: providerMetadata }),
        })
        return
      }
      case 'error':
        failure ??= modelFailureOf(part.error)
        return
      case 'finish-step':
        usage = part.usage
        finish = part.finishReason
        return
      default:
        // Sources, files and what is told twice are not taken.
        return
    }
  }

  function end(): ModelAnswer {
    if (failure !== undefined) return { type: 'failed', failure, usage }
    // Without a reason the stream was cut, though what came may look whole.
    if (finish === undefined || finish === 'error' || finish === 'interrupted')
      return { type: 'failed', failure: CUT_STREAM, usage }
    const said = content.filter((part) => part.type !== 'text' || part.text !== '')
    const text = said.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
    const message = said.length === 0 ? undefined : ({ role: 'assistant', content: said } as const)
    return { type: 'turn', text, message, calls, finish, usage }
  }

  return { take, end, usage: () => usage }
}

function problemOf(error: unknown, toolName: string): string {
  if (NoSuchToolError.isInstance(error)) {
    return `there is no tool "${toolName}": use one of ${(error.availableTools ?? []).join(', ')}`
  }
  return `the arguments of ${toolName} are not the JSON that its schema asks for: call it again with a whole JSON object`
}
