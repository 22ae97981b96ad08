import type { Budget, Clock, Json, WorkerOutcome } from '@agentic/worker-outcome'
import type { ToolModelMessage } from 'ai'
import type { WorkerErrorCode } from '../errors.ts'
import type { RunContext } from '../run-context.ts'
import { callTool, type ToolResult } from '../tools/call-tool.ts'
import type { RunTool } from '../tools/run-tool.ts'
import { ASK_TOOL } from '../tools/run-tools.ts'
import type { AgentLimits } from './agent-options.ts'
import type { Conversation } from './conversation.ts'
import { hideSecrets } from './hidden-secrets.ts'
import { createLoopGuard } from './loop-guard.ts'
import type { CallableModel } from './model-provider.ts'
import type { ModelSettings } from './model-settings.ts'
import type { ModelTurn, ToolCall } from './model-answer.ts'
import { takeTurn } from './take-turn.ts'
import type { SubmittedResult } from './result-tool.ts'
import type { RunTelemetry } from './telemetry.ts'

/** All that the loop works with; what it finds out goes into the conversation, the transcript and the meter. */
export interface AgentRun {
  readonly run: RunContext
  readonly model: CallableModel
  readonly settings: ModelSettings
  readonly instructions: string
  readonly conversation: Conversation
  readonly tools: readonly RunTool[]
  readonly budget: Budget
  readonly limits: AgentLimits
  /** What the model said by `set_status` that it has arrived at. */
  readonly said: { readonly text?: string }
  readonly submitted: SubmittedResult
  readonly outputSchema: { readonly [key: string]: Json } | undefined
  /** Answers to questions of the run before, by the id of their call. */
  readonly answers: Readonly<Record<string, string>>
  readonly telemetry: RunTelemetry
  readonly clock: Clock
}

/** How often the model is asked for an answer that it did not give, before the run fails. */
const MAX_NUDGES = 2

/**
 * The loop: a turn of the model, then the tools that it calls, until it answers without calling any or the budget is used
 * up. A run that was stopped, by a block or by anything else, ends before the next turn.
 */
export async function runAgentLoop(agent: AgentRun): Promise<WorkerOutcome> {
  const { run, conversation, budget } = agent
  const guard = createLoopGuard(agent.limits.repeatedCalls)
  let nudges = 0
  await goOn(agent)
  for (;;) {
    run.control.signal.throwIfAborted()
    const usedUp = budget.usedUp()
    if (usedUp !== undefined) return partial(agent, usedUp)
    const taken = await takeTurn(agent)
    if (taken.type === 'used-up') return partial(agent, taken.reason)
    const turn = hideSecrets(taken, run.seam)
    if (turn.message !== undefined) conversation.add(turn.message)
    if (turn.text !== '') run.control.setPartialResult(agent.said.text ?? turn.text)
    if (turn.finish === 'content-filter') return failed(agent, 'CONTENT_FILTERED', FILTERED)
    const isCircle = await callTools(agent, turn, guard.observe)
    endTurn(agent)
    run.control.signal.throwIfAborted()
    if (agent.submitted.data !== undefined) return success(turn.text, agent.submitted.data)
    if (isCircle) return failed(agent, 'LOOPING', 'the model made the same call with the same result again and again')
    if (turn.calls.length > 0) {
      nudges = 0
      continue
    }
    const end = endOf(agent, turn)
    if (end.type === 'ended') return end.outcome
    nudges += 1
    if (nudges > MAX_NUDGES) return end.otherwise
    conversation.add({ role: 'user', content: end.nudge })
  }
}

type End =
  | { readonly type: 'ended'; readonly outcome: WorkerOutcome }
  | { readonly type: 'goes-on'; readonly nudge: string; readonly otherwise: WorkerOutcome }

/** What a turn without tool calls means. */
function endOf(agent: AgentRun, { finish, text }: ModelTurn): End {
  if (finish === 'length') {
    const reason = "the model's answer was cut at its length limit"
    return { type: 'goes-on', nudge: CUT_NUDGE, otherwise: partial(agent, reason) }
  }
  if (agent.outputSchema !== undefined) {
    const otherwise = failed(agent, 'RESULT_MISSING', 'the model ended without handing in the result')
    return { type: 'goes-on', nudge: 'Hand the result in with submit_result: nothing else ends the task.', otherwise }
  }
  const result = text.trim() === '' ? (agent.said.text ?? '') : text
  if (result !== '') return { type: 'ended', outcome: success(result, undefined) }
  const otherwise = failed(agent, 'ANSWER_EMPTY', 'the model ended without an answer')
  return { type: 'goes-on', nudge: 'You said nothing. Go on with the task, or say its result.', otherwise }
}

const FILTERED = "the provider's filter stopped the model's answer"
const CUT_NUDGE = 'Your answer was cut off for its length. Say the result again, shorter; put what is long in a file.'

function success(text: string, data: Json | undefined): WorkerOutcome {
  if (data === undefined) return { type: 'success', result: text }
  return { type: 'success', result: text === '' ? JSON.stringify(data) : text, data }
}

/** What there is: what was said to be the outcome, else the last that was said. The supervisor keeps it. */
function partial(agent: AgentRun, reason: string): WorkerOutcome {
  return { type: 'partial', result: agent.said.text ?? lastTextOf(agent), segments: agent.budget.segments, reason }
}

function failed(
  agent: AgentRun,
  code: Extract<WorkerErrorCode, 'LOOPING' | 'CONTENT_FILTERED' | 'RESULT_MISSING' | 'ANSWER_EMPTY'>,
  message: string,
): WorkerOutcome {
  const retryable = code === 'RESULT_MISSING' || code === 'ANSWER_EMPTY'
  const partialResult = agent.said.text ?? lastTextOf(agent)
  return { type: 'failed', code, message, retryable, ...(partialResult === '' ? {} : { partialResult }) }
}

function lastTextOf({ conversation }: AgentRun): string {
  for (const message of conversation.messages.toReversed()) {
    if (message.role !== 'assistant') continue
    const parts =
      typeof message.content === 'string'
        ? [message.content]
        : message.content.map((part) => (part.type === 'text' ? part.text : ''))
    const text = parts.join('')
    if (text.trim() !== '') return text
  }
  return ''
}

function endTurn({ run, budget }: AgentRun): void {
  run.meter.add({ turns: 1 })
  if (!budget.endTurn()) return
  run.meter.add({ segments: 1 })
  run.control.countSegment()
}

/** Calls the tools of a turn one after another; says whether the model goes round in circles. */
async function callTools(
  agent: AgentRun,
  turn: ModelTurn,
  observe: ReturnType<typeof createLoopGuard>['observe'],
): Promise<boolean> {
  const { run } = agent
  const results: [ToolCall, ToolResult][] = []
  let isCircle = false
  for (const call of turn.calls) {
    if (run.control.signal.aborted || isCircle) {
      results.push([call, NOT_CALLED])
      continue
    }
    // What was cut may be half of what was meant.
    const result = await callTool(
      turn.finish === 'length' ? { ...call, problem: CUT_CALL } : call,
      agent.tools,
      run,
      agent.telemetry,
      agent.limits.toolResultLength,
    )
    const verdict = observe({ tool: call.name, input: JSON.stringify(call.input ?? {}), result: result.text })
    isCircle = verdict === 'end'
    results.push([call, verdict === 'warn' ? { ...result, text: `${result.text}\n${CIRCLE_WARNING}` } : result])
  }
  addResults(agent, results)
  return isCircle
}

const NOT_CALLED: ToolResult = { text: 'not called: the run was stopped before', isError: true }
const CUT_CALL =
  'not called: your answer was cut off for its length, and this call may not be whole. Call it again with less.'
const CIRCLE_WARNING =
  '[You made this very call before, with this very result. Doing it again will not help: do something else, or end with what you have.]'

function addResults({ conversation }: AgentRun, results: readonly (readonly [ToolCall, ToolResult])[]): void {
  if (results.length === 0) return
  const content: ToolModelMessage['content'] = results.map(([{ id, name }, { text, isError }]) => ({
    type: 'tool-result',
    toolCallId: id,
    toolName: name,
    output: { type: isError ? 'error-text' : 'text', value: text },
  }))
  conversation.add({ role: 'tool', content })
}

/**
 * Takes up a run that was interrupted: answers the calls that it was in. A question is answered, or asked again; of
 * everything else nobody knows how far it came, and it is not done a second time by itself.
 */
async function goOn(agent: AgentRun): Promise<void> {
  const { conversation, run } = agent
  const text = lastTextOf(agent)
  if (text !== '') run.control.setPartialResult(text)
  const last = conversation.messages.at(-1)
  if (last?.role !== 'assistant') return
  const calls = typeof last.content === 'string' ? [] : last.content.filter((part) => part.type === 'tool-call')
  if (calls.length === 0)
    return conversation.add({ role: 'user', content: 'The run was interrupted here. Go on, or say the result again.' })
  const results: [ToolCall, ToolResult][] = []
  for (const { toolCallId: id, toolName: name, input } of calls) {
    results.push([{ id, name, input }, await lateResult(agent, { id, name, input })])
  }
  addResults(agent, results)
}

async function lateResult(agent: AgentRun, call: ToolCall): Promise<ToolResult> {
  if (call.name !== ASK_TOOL) return { text: INTERRUPTED, isError: true }
  const answer = Object.hasOwn(agent.answers, call.id) ? agent.answers[call.id] : undefined
  if (answer === undefined) {
    return await callTool(call, agent.tools, agent.run, agent.telemetry, agent.limits.toolResultLength)
  }
  agent.run.transcript.append('answer', { questionId: call.id, answer })
  return { text: agent.run.seam.scrub(answer), isError: false }
}

const INTERRUPTED = 'the run was interrupted while this was done: see how far it came before you do it again'
