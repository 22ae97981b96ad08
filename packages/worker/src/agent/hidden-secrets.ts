import type { RunSeam } from '../run-seam.ts'
import { SECRET_TOOL } from '../tools/run-tools.ts'
import type { ModelTurn, ToolCall } from './model-answer.ts'

const HIDDEN = '[REDACTED]'

/**
 * Takes the values of secrets that the model wants to keep out of its answer, before anything of it is written, shown or
 * said to the model again: in the calls themselves, where the shortest value is hidden too, and from now on everywhere
 * by what the seam learns.
 */
export function hideSecrets(turn: ModelTurn, seam: RunSeam): ModelTurn {
  if (!turn.calls.some(({ name }) => name === SECRET_TOOL)) return turn
  for (const { name, input } of turn.calls) {
    const secret = name === SECRET_TOOL ? secretIn(input) : undefined
    if (secret !== undefined) seam.learn(secret)
  }
  return { ...turn, calls: turn.calls.map(hidden), message: hiddenIn(turn.message) }
}

function hidden(call: ToolCall): ToolCall {
  return call.name === SECRET_TOOL ? { ...call, input: hiddenInput(call.input), hiddenInput: call.input } : call
}

function hiddenIn(message: ModelTurn['message']): ModelTurn['message'] {
  if (message === undefined || typeof message.content === 'string') return message
  const content = message.content.map((part) =>
    part.type === 'tool-call' && part.toolName === SECRET_TOOL ? { ...part, input: hiddenInput(part.input) } : part,
  )
  return { ...message, content }
}

/** The input with nothing of it but the name of the secret. */
function hiddenInput(input: unknown): { readonly name?: unknown; readonly value: string } {
  const isNamed = typeof input === 'object' && input !== null && 'name' in input
  return isNamed ? { name: input.name, value: HIDDEN } : { value: HIDDEN }
}

/** The value in the input, however wrong the rest of it is. */
function secretIn(input: unknown): { readonly name: string; readonly value: string } | undefined {
  if (typeof input === 'string') return input === '' ? undefined : { name: 'SECRET', value: input }
  if (typeof input !== 'object' || input === null || !('value' in input)) return undefined
  const { value } = input
  const name = 'name' in input && typeof input.name === 'string' ? input.name : 'SECRET'
  return typeof value === 'string' && value !== '' ? { name, value } : undefined
}
