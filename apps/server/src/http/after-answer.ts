import type { Context } from 'hono'
import type { ServerEnv } from './caller.ts'

/** What `@hono/node-server` gives beside the request; absent where an app is called without a server. */
interface NodeBindings {
  readonly outgoing?: { once(event: 'close', listener: () => void): void; readonly writableFinished: boolean }
}

/** Calls `done` when the answer has left, or can no longer: `isSent` says which. */
export function afterAnswer(context: Context<ServerEnv>, done: (isSent: boolean) => void): void {
  const outgoing = (context.env as NodeBindings | undefined)?.outgoing
  if (outgoing === undefined) return done(true)
  outgoing.once('close', () => done(outgoing.writableFinished))
}
