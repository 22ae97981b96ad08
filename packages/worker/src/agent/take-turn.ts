import type { LanguageModelUsage } from 'ai'
import type { AgentRun } from './agent-loop.ts'
import { codeOf, errorOf, mayPass, type ModelFailure } from './model-failure.ts'
import type { ModelAnswer, ModelTurn } from './model-answer.ts'
import { callModel } from './model-turn.ts'
import { retryDelayMs } from './retry-delay.ts'
import { pause } from './until-stopped.ts'

/** How often a conversation is made shorter because the model refuses it as too long. */
const MAX_FORCED_COMPACTIONS = 2

/** An answer of the model, or that the budget was used up before there was one. */
export type TakenTurn = ModelTurn | { readonly type: 'used-up'; readonly reason: string }

/**
 * Takes one whole answer of the model: makes the call again after failures that may pass, and makes the conversation
 * shorter when it is too long. Rejects when that does not help, and with the reason when the run is stopped.
 */
export async function takeTurn(agent: AgentRun): Promise<TakenTurn> {
  let failures = 0
  let compactions = 0
  agent.conversation.compact('usual')
  for (;;) {
    const answer = await call(agent)
    if (answer.type === 'turn') return answer
    const { failure } = answer
    if (failure.type === 'overflow' && compactions < MAX_FORCED_COMPACTIONS && agent.conversation.compact('forced')) {
      compactions += 1
      continue
    }
    failures += 1
    await waitForRetry(agent, failure, failures)
    // Calls that fail cost too: what they used up counts before another is made.
    const reason = agent.budget.usedUp()
    if (reason !== undefined) return { type: 'used-up', reason }
  }
}

async function waitForRetry({ run, limits, clock }: AgentRun, failure: ModelFailure, failures: number): Promise<void> {
  const code = codeOf(failure)
  run.transcript.append('model-failure', { code, message: failure.message })
  if (!mayPass(failure) || failures > limits.retries) throw errorOf(failure)
  const delayMs = retryDelayMs(failures, failure.retryAfterMs, limits)
  if (delayMs === undefined) throw errorOf(failure)
  run.report({ type: 'retry', code, delayMs })
  // A wait that was asked for is no silence of the run's own.
  const leave = run.control.enter('model-call')
  try {
    await pause(delayMs, run.control.signal, clock)
  } finally {
    leave()
  }
}

async function call(agent: AgentRun): Promise<ModelAnswer> {
  const { run, model, settings, instructions, conversation, tools, telemetry, limits, clock } = agent
  const text = run.seam.textStream()
  const show = (piece: string): void => {
    if (piece !== '') run.report({ type: 'text-delta', text: piece })
  }
  const leave = run.control.enter('model-call')
  run.meter.add({ modelCalls: 1 })
  try {
    return await telemetry.span(
      'chat',
      settings.model,
      { 'gen_ai.provider.name': settings.provider, 'gen_ai.request.model': settings.model },
      async (span) => {
        telemetry.content(span, 'gen_ai.input.messages', () => JSON.stringify(conversation.messages))
        const answer = await callModel(
          { model, settings, instructions, messages: conversation.messages, tools },
          {
            signal: run.control.signal,
            clock,
            silenceMs: limits.modelSilenceMs,
            onPart(piece) {
              run.control.progress()
              if (piece !== undefined) show(text.write(piece))
            },
            onWarning: (warning) => run.transcript.append('model-warning', { warning: JSON.stringify(warning) }),
          },
        )
        const used = countUsage(agent, answer.usage)
        span.setAttribute('gen_ai.usage.input_tokens', used.inputTokens)
        span.setAttribute('gen_ai.usage.output_tokens', used.outputTokens)
        if (answer.type === 'failed') {
          span.setAttribute('error.type', codeOf(answer.failure))
          span.setStatus({ code: 2 })
          return answer
        }
        span.setAttribute('gen_ai.response.finish_reasons', [answer.finish])
        telemetry.content(span, 'gen_ai.output.messages', () => JSON.stringify(answer.message ?? null))
        return answer
      },
    )
  } finally {
    show(text.end())
    leave()
  }
}

/** Counts what a call used up, in the run's usage and against its budget. */
function countUsage({ run, budget, settings, conversation }: AgentRun, usage: LanguageModelUsage | undefined) {
  const inputTokens = usage?.inputTokens ?? 0
  const outputTokens = usage?.outputTokens ?? 0
  const { prices } = settings
  const costUsd =
    prices === undefined ? undefined : (inputTokens * prices.inputUsd + outputTokens * prices.outputUsd) / 1_000_000
  const used = {
    inputTokens,
    outputTokens,
    cachedInputTokens: usage?.inputTokenDetails.cacheReadTokens ?? 0,
    reasoningTokens: usage?.outputTokenDetails.reasoningTokens ?? 0,
    ...(costUsd === undefined ? {} : { costUsd }),
  }
  run.meter.add(used)
  run.transcript.append('usage', used)
  budget.spend({ tokens: inputTokens + outputTokens, costUsd })
  conversation.measure(inputTokens)
  return used
}
