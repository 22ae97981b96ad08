import type { Agent } from '@agentic/agents'
import type { WorkerSpec } from '@agentic/worker'
import type { MiddlewareHandler } from 'hono'
import type { Caller, ServerEnv } from './caller.ts'
import { notFound } from './found.ts'
import { ProblemError } from './problem.ts'

/**
 * Who may use a route: `public`, everybody, without a token; `admin`, admin tokens alone; `agent`, also the token of the
 * agent whose thing it is.
 */
export type Access = 'admin' | 'agent' | 'public'

/** Whose the thing is that a path names by `{id}`. */
export interface Owner {
  /** In words: `task`. */
  readonly what: string
  agentOf(id: string): Promise<string | undefined>
}

const AGENT_PATH = /^\/api\/agents\/\{id\}(?:\/|$)/

/**
 * Lets through whom a route is for. What is another agent's is, to an agent's token, what is not there: the answer is the
 * same. A list of all agents' things is narrowed by its handler.
 */
export function restrict(path: string, access: Access, owner: Owner | undefined): MiddlewareHandler<ServerEnv> {
  const isOfAgent = AGENT_PATH.test(path)
  if (access === 'agent' && path.includes('{') && !isOfAgent && owner === undefined) {
    throw new Error(`${path} is open to agents and does not say whose its things are`)
  }
  return async (context, next) => {
    const caller = access === 'public' ? undefined : context.get('caller')
    if (caller?.type === 'agent') {
      const id = context.req.param('id') ?? ''
      if (isOfAgent && id !== caller.agentId) throw notFound(`agent ${id}`)
      if (access !== 'agent') {
        throw new ProblemError('forbidden', 'this needs an admin token; yours is that of an agent')
      }
      if (owner !== undefined && (await owner.agentOf(id)) !== caller.agentId) throw notFound(`${owner.what} ${id}`)
    }
    await next()
  }
}

/** Refuses to an agent's token work that reaches further than the agent's settings say: those are for admins to widen. */
export function requireWithinSettings(caller: Caller, { settings }: Agent, worker: WorkerSpec, field: string): void {
  const wantsHost = 'network' in worker && worker.network === 'host'
  if (caller.type === 'admin' || !wantsHost || settings.network === 'host') return
  throw new ProblemError('forbidden', `${field}.network: the settings of this agent do not give it the host's network`)
}

/** The agent to which a list is narrowed: the caller's own, else the one asked for. */
export function narrowTo(caller: Caller, asked: string | undefined): string | undefined {
  if (caller.type === 'admin') return asked
  if (asked !== undefined && asked !== caller.agentId) throw notFound(`agent ${asked}`)
  return caller.agentId
}
