import {
  type AssistantModelMessage,
  type FinishReason,
  type LanguageModelUsage,
  NoSuchToolError,
  type TextStreamPart,
  type ToolSet,
} from 'ai'
import { CUT_STREAM, type ModelFailure, modelFailureOf } from './model-failure.ts'

/** A tool that the model wants to be called. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  /** Its input, as it may be shown. */
  readonly input: unknown
  /** What the tool is given instead, where that must not be shown. */
  readonly hiddenInput?: unknown
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

type AssistantPart = Exclude<AssistantModelMessage['content'], string>[number]

/** Puts an answer together from the parts of its stream. */
export interface AnswerParts {
  take(part: TextStreamPart<ToolSet>): void
  end(): ModelAnswer
  /** What was used up, as soon as the model has said it. */
  usage(): LanguageModelUsage | undefined
}

export function createAnswerParts(): AnswerParts {
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
