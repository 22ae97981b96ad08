import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ServerEnv } from './caller.ts'
import { ProblemError } from './problem.ts'

/** Lets no larger body through; it is refused before it is read where its length is told. */
export function limitBody(maxBytes: number): MiddlewareHandler<ServerEnv> {
  return bodyLimit({
    maxSize: maxBytes,
    onError() {
      // What is left of the body is not read: the connection ends here, and the next request needs another one.
      const headers = { connection: 'close' }
      throw new ProblemError('body-too-large', `the body must be at most ${maxBytes} bytes`, { headers })
    },
  })
}
