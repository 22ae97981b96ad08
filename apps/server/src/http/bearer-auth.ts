import type { MiddlewareHandler } from 'hono'
import type { Caller, ServerEnv } from './caller.ts'
import { ProblemError } from './problem.ts'

/** Tells whose a token is; nobody's is `undefined`. */
export interface TokenVerifier {
  verify(token: string): Promise<Caller | undefined>
}

/** Lets only requests with a valid bearer token through, and says whose they are. */
export function bearerAuth(tokens: TokenVerifier): MiddlewareHandler<ServerEnv> {
  return async (context, next) => {
    const token = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const caller = token === undefined ? undefined : await tokens.verify(token)
    if (caller === undefined) {
      const detail =
        token === undefined ? 'send the header "authorization: Bearer TOKEN"' : 'the token is not valid here'
      throw new ProblemError('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer realm="agentic"' } })
    }
    context.set('caller', caller)
    await next()
  }
}
