import type { RunControl } from '@agentic/worker-outcome'
import { createScrubbedOutput } from '../scrubbed-output.ts'
import type { RunScrubber } from '../worker.ts'
import type { AcpEvent, AcpUsage } from './acp-event.ts'
import { jsonOf } from './json-text.ts'
import { readSessionUpdate, type SessionUpdate, type ToolCallUpdate } from './session-update.ts'

/** Most tool calls that are kept an eye on at a time. */
const OPEN_CALLS_MAX = 1000
/** Most characters of a tool's input or output, and of an entry of a plan, in an event. */
const EVENT_TEXT_LENGTH = 4000
const PLAN_ENTRIES_MAX = 100

export interface TurnAccountOptions {
  readonly control: RunControl
  readonly scrubber: RunScrubber
  readonly resultLimitBytes: number
  readonly onEvent: (event: AcpEvent) => void
  readonly onUsage: (usage: AcpUsage) => void
}

/** What is known of a coding agent's turn: what it said, what it is at, what it used up. */
export interface TurnAccount {
  /** From here on what is said of this session counts; what came before was its history. */
  begin(sessionId: string): void
  /** Takes the parameters of `session/update` as they came. */
  update(params: unknown): void
  /** The kind of a tool call, from what was said of it before. */
  kindOf(callId: string): string | undefined
  /** Counts one thing that it was not allowed to do. */
  countRejection(): void
  readonly rejections: number
  /** Its messages so far, scrubbed, the tail of them. */
  text(): string
  /** The same when nothing more comes. */
  end(): string
  use(usage: Partial<AcpUsage>): void
}

interface OpenCall {
  readonly tool: string
  readonly kind: string
  readonly leave: () => void
}

export function createTurnAccount(options: TurnAccountOptions): TurnAccount {
  const { control, scrubber, onEvent } = options
  const result = createScrubbedOutput(scrubber, options.resultLimitBytes)
  const said = createDeltas(scrubber, (text) => onEvent({ type: 'text-delta', text }))
  const thought = createDeltas(scrubber, (text) => onEvent({ type: 'thought-delta', text }))
  const calls = new Map<string, OpenCall>()
  let sessionId: string | undefined
  let messageId: string | undefined
  /** The last characters that were said. */
  let ending = ''
  let isBroken = false
  let rejections = 0
  let usage: AcpUsage = {}
  let final: string | undefined

  const shortened = (text: string): string => {
    const scrubbed = scrubber.scrub(text)
    return scrubbed.length > EVENT_TEXT_LENGTH
      ? `${scrubbed.slice(0, EVENT_TEXT_LENGTH).toWellFormed()} [...]`
      : scrubbed
  }

  function say(text: string, ofMessage: string | undefined): void {
    const isNext = isBroken || (ofMessage !== undefined && messageId !== undefined && ofMessage !== messageId)
    const whole = isNext && !['', '\n\n'].includes(ending) ? `\n\n${text}` : text
    ending = (ending + whole).slice(-2)
    isBroken = false
    messageId = ofMessage ?? messageId
    const bytes = Buffer.from(whole)
    if (final === undefined) result.push(bytes)
    said.push(bytes)
  }

  function followCall(call: ToolCallUpdate): void {
    isBroken = true
    const open = calls.get(call.toolCallId) ?? startCall(call)
    if (call.status !== 'completed' && call.status !== 'failed') return
    calls.delete(call.toolCallId)
    open.leave()
    onEvent({
      type: 'tool-ended',
      callId: shortened(call.toolCallId),
      tool: open.tool,
      output: shortened(outputOf(call)),
      isError: call.status === 'failed',
    })
  }

  function startCall(call: ToolCallUpdate): OpenCall {
    const tool = shortened(call.title ?? '')
    const kind = shortened(call.kind ?? 'other')
    const isFollowed = calls.size < OPEN_CALLS_MAX
    const open = { tool, kind, leave: isFollowed ? control.enter('tool') : () => undefined }
    if (isFollowed) calls.set(call.toolCallId, open)
    onEvent({
      type: 'tool-started',
      callId: shortened(call.toolCallId),
      tool,
      kind,
      input: shortened(jsonOf(call.rawInput)),
    })
    return open
  }

  function follow(update: SessionUpdate): void {
    switch (update.type) {
      case 'message':
        return say(update.text, update.messageId)
      case 'thought':
        return thought.push(Buffer.from(update.text))
      case 'tool':
        return followCall(update.call)
      case 'plan':
        return onEvent({
          type: 'plan',
          entries: update.entries
            .slice(0, PLAN_ENTRIES_MAX)
            .map(({ content, status }) => ({ content: shortened(content), status: shortened(status) })),
        })
      case 'usage':
        return account.use({
          ...(update.usage.used === undefined ? {} : { contextTokens: update.usage.used }),
          ...(update.usage.size === undefined ? {} : { contextSize: update.usage.size }),
          ...(update.usage.cost == null
            ? {}
            : { costAmount: update.usage.cost.amount, costCurrency: shortened(update.usage.cost.currency) }),
        })
      case 'other':
        return
      default:
        return update satisfies never
    }
  }

  const account: TurnAccount = {
    begin(id) {
      sessionId = id
    },
    update(params) {
      const read = readSessionUpdate(params)
      if (read !== undefined && read.sessionId === sessionId) follow(read.update)
    },
    kindOf: (callId) => calls.get(callId)?.kind,
    countRejection() {
      rejections += 1
    },
    get rejections() {
      return rejections
    },
    text: () => final ?? result.tail(),
    end() {
      if (final !== undefined) return final
      final = result.end()
      said.end()
      thought.end()
      for (const { leave } of calls.values()) leave()
      calls.clear()
      return final
    },
    use(used) {
      usage = { ...usage, ...used }
      options.onUsage(usage)
    },
  }
  return account
}

interface Deltas {
  push(bytes: Uint8Array): void
  end(): void
}

/** Scrubs a text that comes in pieces and passes on whole characters. */
function createDeltas(scrubber: RunScrubber, onText: (text: string) => void): Deltas {
  const stream = scrubber.stream()
  const decoder = new TextDecoder()
  const pass = (text: string): void => {
    if (text !== '') onText(text)
  }
  return {
    push: (bytes) => pass(decoder.decode(stream.write(bytes), { stream: true })),
    end: () => pass(decoder.decode(stream.end())),
  }
}

function outputOf({ content, rawOutput }: ToolCallUpdate): string {
  const texts = (content ?? []).flatMap(textOf)
  return texts.length > 0 ? texts.join('\n') : jsonOf(rawOutput)
}

/** The text of one item of a tool call's content: a block of text, or the path of a changed file. */
function textOf(item: unknown): readonly string[] {
  if (typeof item !== 'object' || item === null) return []
  const { content, path } = item as { readonly content?: unknown; readonly path?: unknown }
  if (typeof path === 'string') return [path]
  const text = typeof content === 'object' && content !== null ? Reflect.get(content, 'text') : undefined
  return typeof text === 'string' ? [text] : []
}
