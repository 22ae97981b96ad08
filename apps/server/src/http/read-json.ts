import { JSON_MAX_DEPTH } from '@agentic/worker-outcome'
import type { MiddlewareHandler } from 'hono'
import type { ServerEnv } from './caller.ts'
import { type FieldProblem, invalidInput, ProblemError } from './problem.ts'

/** Fields that take any JSON lie a few levels deep in a body. */
const BODY_MAX_DEPTH = JSON_MAX_DEPTH + 8

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Lets only a body through that is JSON in UTF-8, and that nobody trips over who reads it by recursion or copies it. */
export const requireJson: MiddlewareHandler<ServerEnv> = async (context, next) => {
  requireJsonType(context.req.header('content-type') ?? '')
  const body = parseJson(await context.req.arrayBuffer())
  // A list would pass for an object without fields.
  const problem = Array.isArray(body) ? { field: 'body', message: 'must be an object' } : problemIn(body, [])
  if (problem !== undefined) throw invalidInput([problem])
  await next()
}

function requireJsonType(header: string): void {
  const [type = ''] = header.split(';')
  if (/^application\/(?:[\w.-]+\+)?json$/i.test(type.trim())) return
  throw new ProblemError(
    'unsupported-media-type',
    `send JSON with the header "content-type: application/json", not "${header}"`,
  )
}

/** The parser's own message is not told: it quotes the body, which may hold a secret. */
function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new ProblemError(
      'malformed-json',
      'the body is not JSON in UTF-8: look for a missing quote, comma or bracket',
    )
  }
}

function problemIn(value: unknown, path: readonly string[]): FieldProblem | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (path.length > BODY_MAX_DEPTH) {
    return { field: path[0] ?? 'body', message: `must be nested at most ${JSON_MAX_DEPTH} deep` }
  }
  for (const [name, item] of Object.entries(value)) {
    if (name === '__proto__')
      return { field: [...path, name].join('.'), message: 'is no name that is taken: rename it' }
    if (typeof item !== 'object') continue
    const problem = problemIn(item, [...path, name])
    if (problem !== undefined) return problem
  }
  return undefined
}
