import type { WorkerOutcome } from '@agentic/worker-outcome'
import { tailOf } from './text-tail.ts'

/** Cuts every text of an outcome, which is scrubbed already, to its tail. Data over the limit cannot be cut and fails the run. */
export function boundOutcome(outcome: WorkerOutcome, limitBytes: number): WorkerOutcome {
  const cut = (text: string): string => tailOf(text, limitBytes)
  switch (outcome.type) {
    case 'success': {
      const dataBytes = outcome.data === undefined ? 0 : Buffer.byteLength(JSON.stringify(outcome.data))
      return dataBytes > limitBytes ? dataTooLarge(dataBytes, limitBytes) : { ...outcome, result: cut(outcome.result) }
    }
    case 'partial':
      return { ...outcome, result: cut(outcome.result), reason: cut(outcome.reason) }
    case 'cancelled':
      return { ...outcome, reason: cut(outcome.reason), ...partialOf(outcome.partialResult, cut) }
    case 'timeout':
      return { ...outcome, ...partialOf(outcome.partialResult, cut) }
    case 'blocked':
      return outcome
    case 'failed':
      return { ...outcome, message: cut(outcome.message), ...partialOf(outcome.partialResult, cut) }
    default:
      return outcome satisfies never
  }
}

function partialOf(text: string | undefined, cut: (text: string) => string): { readonly partialResult?: string } {
  return text === undefined ? {} : { partialResult: cut(text) }
}

function dataTooLarge(dataBytes: number, limitBytes: number): WorkerOutcome {
  return {
    type: 'failed',
    code: 'RESULT_TOO_LARGE',
    message: `data: ${dataBytes} bytes of JSON, more than ${limitBytes}: keep it in a file of the workspace and answer its name`,
    retryable: false,
  }
}
