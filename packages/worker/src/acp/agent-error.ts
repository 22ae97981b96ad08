import { AcpError } from './acp-error.ts'
import { jsonOf } from './json-text.ts'

/** An error that an agent answered with. */
export interface RequestError extends Error {
  readonly code: number
  readonly data?: unknown
}

/** Codes of JSON-RPC and of the protocol. */
const METHOD_NOT_FOUND = -32601
const INVALID_PARAMS = -32602
const AUTH_REQUIRED = -32000
export const RESOURCE_NOT_FOUND = -32002
const UNSUPPORTED_VERSION = -32022

/** How much of what the agent says beside its message is kept. */
const DETAILS_LENGTH = 2000

export function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'RequestError' && 'code' in error && typeof error.code === 'number'
}

/** Says an agent's error as ours. That another attempt would meet it again is assumed only where the code says so. */
export function agentError(method: string, error: RequestError, scrub: (text: string) => string): AcpError {
  const said = `the agent answered ${method} with an error: ${error.message} (${error.code})${detailsOf(error.data, scrub)}`
  switch (error.code) {
    case AUTH_REQUIRED:
      return new AcpError(
        'ACP_AUTH_REQUIRED',
        `${said}\ngive the agent's key as a secret of the category tool, under the name that it reads, and name a way in authMethod if it wants one`,
        { cause: error },
      )
    case UNSUPPORTED_VERSION:
      return new AcpError('ACP_VERSION_UNSUPPORTED', said, { cause: error })
    case METHOD_NOT_FOUND:
    case INVALID_PARAMS:
      return new AcpError('ACP_AGENT_FAILED', said, { cause: error })
    default:
      return new AcpError('ACP_AGENT_FAILED', said, { cause: error, retryable: true })
  }
}

function detailsOf(data: unknown, scrub: (text: string) => string): string {
  if (data === undefined || data === null) return ''
  const text = jsonOf(data)
  return text === '{}' ? '' : `\n${scrub(text).slice(0, DETAILS_LENGTH).toWellFormed()}`
}
