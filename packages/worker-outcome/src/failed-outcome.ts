import type { WorkerOutcome } from './outcome.ts'
import { failClosed, type Scrub } from './scrub.ts'

type FailedOutcome = Extract<WorkerOutcome, { readonly type: 'failed' }>

/** Longest message kept of an error, in UTF-16 units: a stack of causes can be megabytes. */
const MESSAGE_MAX_LENGTH = 8192

const CODE_PATTERN = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/

/**
 * Turns anything thrown into a `failed` outcome: the one place where unknown values become outcomes. An error's own
 * string `code` is kept, and its boolean `retryable`; without them the code is WORKER_THREW and another attempt may help.
 * The message is scrubbed before it is cut, so that no half of a secret stays at the cut.
 */
export function failedOutcome(thrown: unknown, scrub: Scrub = (text) => text): FailedOutcome {
  const code = property(thrown, 'code')
  const retryable = property(thrown, 'retryable')
  return {
    type: 'failed',
    code: typeof code === 'string' && CODE_PATTERN.test(code) ? code : 'WORKER_THREW',
    message: failClosed(scrub)(messageOf(thrown)).slice(0, MESSAGE_MAX_LENGTH).toWellFormed(),
    retryable: typeof retryable === 'boolean' ? retryable : true,
  }
}

function messageOf(thrown: unknown): string {
  const message = property(thrown, 'message')
  if (typeof message === 'string' && message !== '') return message
  try {
    return String(thrown)
  } catch {
    return 'something was thrown that cannot be shown as text'
  }
}

/** Thrown values may be hostile: a getter or a proxy that throws in turn. */
function property(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  try {
    return Reflect.get(value, name)
  } catch {
    return undefined
  }
}
