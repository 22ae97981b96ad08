import { randomUUID } from 'node:crypto'
import type { PermissionOption, RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk'
import type { RunControl } from '@agentic/worker-outcome'
import type { AcpEvent } from './acp-event.ts'
import type { AcpPermissions } from './acp-spec.ts'
import { decide, decideByAnswer, type PermissionDecision } from './permissions.ts'
import { untilAborted } from './within.ts'

/** A coding agent's request for permission, as a person is asked. Every text is scrubbed. */
export interface PermissionQuestion {
  readonly questionId: string
  readonly question: string
  readonly options: readonly { readonly id: string; readonly name: string; readonly kind: string }[]
}

/**
 * Asks a person whether a coding agent may do something: the run waits, its wall clock stands still. Answers the id or
 * the name of an option, `allow`, or anything else, which is a no. Rejects when the question is withdrawn, also a no.
 */
export type AskPermission = (
  question: PermissionQuestion,
  run: { readonly agentId: string; readonly taskId: string; readonly runId: string; readonly signal: AbortSignal },
) => Promise<string>

export interface PermissionPortOptions {
  readonly policy: AcpPermissions
  readonly run: { readonly agentId: string; readonly taskId: string; readonly runId: string }
  readonly control: RunControl
  readonly ask: AskPermission | undefined
  readonly kindOf: (callId: string) => string | undefined
  readonly scrub: (text: string) => string
  readonly onEvent: (event: AcpEvent) => void
}

/** Answers requests for permission by the policy, or by what a person says. */
export function createPermissionPort(
  options: PermissionPortOptions,
): (request: RequestPermissionRequest, signal: AbortSignal) => Promise<RequestPermissionResponse> {
  const { control, scrub, onEvent } = options

  async function ask(
    tool: string,
    kind: string,
    offered: readonly PermissionOption[],
    signal: AbortSignal,
  ): Promise<PermissionDecision> {
    if (options.ask === undefined) return decide('reject', kind, offered)
    const questionId = randomUUID()
    const names = offered.map(({ optionId, name }) => `${scrub(optionId)} (${scrub(name)})`)
    const question = `The coding agent asks for permission (${kind}): ${tool}\nAnswer with one of: ${names.join(', ')}`
    onEvent({ type: 'question', questionId, question })
    const asked = options.ask(
      {
        questionId,
        question,
        options: offered.map((each) => ({ id: scrub(each.optionId), name: scrub(each.name), kind: each.kind })),
      },
      { ...options.run, signal },
    )
    const answer = await control.waitForInput(untilAborted(signal, asked))
    onEvent({ type: 'answer', questionId, answer: scrub(answer) })
    return decideByAnswer(answer, offered)
  }

  return async ({ toolCall, options: offered }, requestSignal) => {
    const signal = AbortSignal.any([requestSignal, control.signal])
    const tool = scrub(toolCall.title ?? '')
    const kind = scrub(toolCall.kind ?? options.kindOf(toolCall.toolCallId) ?? 'other')
    const decision = await decided(signal, () => {
      const byPolicy = decide(options.policy, kind, offered)
      return byPolicy.type === 'ask' ? ask(tool, kind, offered, signal) : Promise.resolve(byPolicy)
    })
    const type = decision.type === 'ask' ? 'cancelled' : decision.type
    onEvent({ type: 'permission', tool, kind, decision: type })
    return 'optionId' in decision
      ? { outcome: { outcome: 'selected', optionId: decision.optionId } }
      : { outcome: { outcome: 'cancelled' } }
  }

  /** A turn that is being cancelled allows nothing more; nor does a question that found no answer. */
  async function decided(
    signal: AbortSignal,
    decideNow: () => Promise<PermissionDecision>,
  ): Promise<PermissionDecision> {
    if (signal.aborted) return { type: 'cancelled' }
    try {
      return await decideNow()
    } catch {
      return { type: 'cancelled' }
    }
  }
}
