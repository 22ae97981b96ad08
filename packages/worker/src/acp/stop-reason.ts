import type { WorkerOutcome } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { AcpError } from './acp-error.ts'
import type { OpenSession } from './session.ts'

const count = v.fallback(v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))), undefined)

/** The answer that ends a turn. */
export interface Turn {
  readonly stopReason: string
  /** Not yet in the stable protocol. */
  readonly usage?:
    | { readonly inputTokens?: number | undefined; readonly outputTokens?: number | undefined }
    | null
    | undefined
}

export const turnSchema: v.GenericSchema<unknown, Turn> = v.object({
  stopReason: v.string(),
  usage: v.fallback(v.nullish(v.object({ inputTokens: count, outputTokens: count })), undefined),
})

/** Makes an outcome of why an agent stopped. Throws on a reason that is none of the protocol. */
export function outcomeOfTurn(
  stopReason: string,
  text: string,
  { sessionId, isResumed, rejections }: Pick<OpenSession, 'sessionId' | 'isResumed'> & { readonly rejections: number },
): WorkerOutcome {
  switch (stopReason) {
    case 'end_turn':
      return { type: 'success', result: text, data: { sessionId, isResumed, rejections } }
    case 'max_tokens':
      return { type: 'partial', result: text, segments: 1, reason: 'the agent used up its tokens' }
    case 'max_turn_requests':
      return { type: 'partial', result: text, segments: 1, reason: 'the agent used up its model calls' }
    case 'refusal':
      return failed('ACP_REFUSED', 'the agent refused to go on: say the task in another way', text)
    case 'cancelled':
      return { type: 'cancelled', reason: 'the agent ended its turn as cancelled', ...partialOf(text) }
    default:
      throw new AcpError(
        'ACP_PROTOCOL_BROKEN',
        `the agent stopped for "${stopReason}", which the protocol does not have`,
      )
  }
}

function failed(code: AcpError['code'], message: string, text: string): WorkerOutcome {
  return { type: 'failed', code, message, retryable: false, ...partialOf(text) }
}

function partialOf(text: string): { readonly partialResult?: string } {
  return text === '' ? {} : { partialResult: text }
}
