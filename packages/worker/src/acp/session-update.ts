import * as v from 'valibot'

/** What a session update says, as far as it is used here. */
export type SessionUpdate =
  | { readonly type: 'message'; readonly text: string; readonly messageId: string | undefined }
  | { readonly type: 'thought'; readonly text: string }
  | { readonly type: 'tool'; readonly call: ToolCallUpdate }
  | { readonly type: 'plan'; readonly entries: readonly { readonly content: string; readonly status: string }[] }
  | { readonly type: 'usage'; readonly usage: UsageUpdate }
  /** Something that says nothing here, or that a newer protocol has. */
  | { readonly type: 'other' }

/** A tool call, or what changed of one. */
export interface ToolCallUpdate {
  readonly toolCallId: string
  readonly title?: string | undefined
  readonly kind?: string | undefined
  readonly status?: string | undefined
  readonly rawInput?: unknown
  readonly rawOutput?: unknown
  readonly content?: readonly unknown[] | undefined
}

/** Tokens in the context, how many it takes, and what the session has cost. */
export interface UsageUpdate {
  readonly used?: number | undefined
  readonly size?: number | undefined
  readonly cost?: { readonly amount: number; readonly currency: string } | null | undefined
}

const optionalText = v.fallback(v.optional(v.string()), undefined)
const optionalCount = v.fallback(v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))), undefined)

const notificationSchema = v.looseObject({
  sessionId: v.string(),
  update: v.looseObject({ sessionUpdate: v.string() }),
})

const chunkSchema = v.object({
  content: v.union([
    v.object({ type: v.literal('text'), text: v.string() }),
    // A picture, a sound, a link: not text.
    v.looseObject({ type: v.string() }),
  ]),
  messageId: optionalText,
})

const toolSchema = v.object({
  toolCallId: v.string(),
  title: optionalText,
  kind: optionalText,
  status: optionalText,
  rawInput: v.optional(v.unknown()),
  rawOutput: v.optional(v.unknown()),
  content: v.fallback(v.optional(v.array(v.unknown())), undefined),
})

const planSchema = v.object({
  entries: v.array(v.object({ content: v.string(), status: v.fallback(v.string(), 'pending') })),
})

const usageSchema = v.object({
  used: optionalCount,
  size: optionalCount,
  cost: v.fallback(v.nullish(v.object({ amount: v.pipe(v.number(), v.finite()), currency: v.string() })), undefined),
})

/** Reads the parameters of `session/update`; never throws. */
export function readSessionUpdate(
  params: unknown,
): { readonly sessionId: string; readonly update: SessionUpdate } | undefined {
  const parsed = v.safeParse(notificationSchema, params)
  if (!parsed.success) return undefined
  return { sessionId: parsed.output.sessionId, update: updateOf(parsed.output.update) }
}

function updateOf(update: { readonly sessionUpdate: string }): SessionUpdate {
  const other = { type: 'other' } as const
  switch (update.sessionUpdate) {
    case 'agent_message_chunk':
    case 'agent_thought_chunk': {
      const chunk = v.safeParse(chunkSchema, update)
      if (!chunk.success || !('text' in chunk.output.content) || typeof chunk.output.content.text !== 'string')
        return other
      const { text } = chunk.output.content
      return update.sessionUpdate === 'agent_thought_chunk'
        ? { type: 'thought', text }
        : { type: 'message', text, messageId: chunk.output.messageId }
    }
    case 'tool_call':
    case 'tool_call_update': {
      const call = v.safeParse(toolSchema, update)
      return call.success ? { type: 'tool', call: call.output } : other
    }
    case 'plan': {
      const plan = v.safeParse(planSchema, update)
      return plan.success ? { type: 'plan', entries: plan.output.entries } : other
    }
    case 'usage_update': {
      const usage = v.safeParse(usageSchema, update)
      return usage.success ? { type: 'usage', usage: usage.output } : other
    }
    default:
      return other
  }
}
