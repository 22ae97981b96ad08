import { type ModelMessage, modelMessageSchema } from 'ai'
import type { Json } from '@agentic/worker-outcome'
import type { Transcript } from '../transcript.ts'
import { compact, lengthOf } from './compaction.ts'
import { withoutSuperseded } from './superseded.ts'

/** Above this part of the context, older messages are left out. */
const COMPACT_AT = 0.7

/** What is kept then; and when the model refused the conversation as too long. */
const KEEP = { usual: 0.5, forced: 0.25 } as const

/** A rule of thumb for English text as JSON. */
const CHARACTERS_PER_TOKEN = 3.5

/** What was said between model and run, as the model is to see it next. Everything added is in the transcript. */
export interface Conversation {
  readonly messages: readonly ModelMessage[]
  add(message: ModelMessage): void
  /** Learns from a call how long the conversation really is. */
  measure(inputTokens: number): void
  /** Leaves older messages out if it comes near its limit; `forced`, in any case. Says whether that made it shorter. */
  compact(need: 'usual' | 'forced'): boolean
}

export interface ConversationOptions {
  readonly contextTokens: number
  readonly transcript: Transcript
  /** Tools of whose results the model is shown the newest alone. */
  readonly latestOnly?: ReadonlySet<string> | undefined
}

export function createConversation({
  contextTokens,
  transcript,
  latestOnly = new Set(),
}: ConversationOptions): Conversation {
  let messages: readonly ModelMessage[] = []
  /** What instructions and tools take, and what the rule of thumb is wrong by: known from the last call. */
  let overheadTokens = 0

  return {
    get messages() {
      return messages
    },
    add(message) {
      messages = withoutSuperseded([...messages, message], latestOnly)
      transcript.append('message', { message: message as unknown as Json })
    },
    measure(inputTokens) {
      overheadTokens = Math.max(0, inputTokens - lengthOf(messages) / CHARACTERS_PER_TOKEN)
    },
    compact(need) {
      const before = lengthOf(messages)
      if (need === 'usual' && overheadTokens + before / CHARACTERS_PER_TOKEN < contextTokens * COMPACT_AT) return false
      const roomTokens = Math.max(0, contextTokens * KEEP.usual - overheadTokens)
      const most = need === 'usual' ? roomTokens * CHARACTERS_PER_TOKEN : before * KEEP.forced
      const compacted = compact(messages, most)
      if (compacted.leftOut === 0) return false
      messages = compacted.messages
      transcript.append('compaction', {
        leftOut: compacted.leftOut,
        charactersBefore: before,
        charactersAfter: lengthOf(messages),
      })
      return lengthOf(messages) < before
    },
  }
}

/** Reads the messages back from the lines of a transcript. A line that was cut by a crash ends it. */
export function messagesOf(lines: readonly string[]): ModelMessage[] {
  const messages: ModelMessage[] = []
  for (const line of lines) {
    const entry = entryOf(line)
    if (entry === undefined) break
    if (entry['type'] !== 'message') continue
    const parsed = modelMessageSchema.safeParse(entry['message'])
    if (!parsed.success) break
    messages.push(parsed.data)
  }
  return messages
}

function entryOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
