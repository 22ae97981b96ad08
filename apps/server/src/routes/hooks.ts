import { createHash } from 'node:crypto'
import type { Agent } from '@agentic/agents'
import { isSignedByGithub, isSignedByStandard, newWebhookSecret } from '@agentic/webhooks'
import type { Json } from '@agentic/worker-outcome'
import type { Context, Hono } from 'hono'
import * as v from 'valibot'
import { type FoundHook, type Hook, type HookTask, MAX_HOOKS } from '../hooks/hook-store.ts'
import { requireWithinSettings } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { found, notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, idempotent, without } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import { ProblemError } from '../http/problem.ts'
import { readCall } from '../http/read-call.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import { hookView, madeHookView, newHookBody, readHookTask, viewHook } from '../schemas/hook.ts'

const tag = 'Hooks'

/** Largest body of a call, in bytes. */
const CALL_MAX_BYTES = 65_536

/** Largest payload of a ring, in bytes of JSON; a task's input may be larger. */
const PAYLOAD_MAX_BYTES = 16_384

export function hookRoutes(app: Hono<ServerEnv>, { hooks, agents, tasks, wakes, lifecycle, store }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/hooks',
      tag,
      access: 'agent',
      summary: 'Let another system wake an agent, by posting to an address of its own',
      params: agentParams,
      body: newHookBody,
      answers: { 201: { description: 'The hook, its path and secret told only this once', schema: madeHookView } },
      problems: ['not-found', 'forbidden', 'limit-reached', 'idempotency-key-reused'],
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store, { keep: without('path', 'secret') }),
    },
    async ({ params, body, caller }) => {
      const { name, signature } = body
      const secret = signature === undefined ? undefined : (body.secret ?? newWebhookSecret())
      const create = (agent: Agent) => {
        if (body.task !== undefined) requireWithinSettings(caller, agent, body.task.worker, 'task.worker')
        return hooks.create({ agentId: params.id, name, task: readHookTask(body.task), signature, secret })
      }
      const made = found(await lifecycle.withAgent(params.id, create), `agent ${params.id}`)
      if (made.type === 'full') {
        throw new ProblemError('limit-reached', `this agent has ${MAX_HOOKS} hooks: delete one that is not needed`)
      }
      return {
        status: 201,
        body: { ...viewHook(made.hook), path: `/hooks/${made.token}`, secret },
        headers: { 'cache-control': 'no-store' },
      }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/hooks',
      tag,
      access: 'agent',
      summary: 'List an agent’s hooks, oldest first, without their paths and secrets',
      params: agentParams,
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of hooks', schema: pageOf(hookView) } },
      problems: ['not-found'],
    },
    async ({ params, query }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      const page = await hooks.list(params.id, { limit: query.limit, cursor: readCursor(query.cursor) })
      return { status: 200, body: { items: page.items.map(viewHook), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/agents/{id}/hooks/{hookId}',
      tag,
      access: 'agent',
      summary: 'Delete a hook: from now on its path wakes nobody',
      params: v.object({ id: v.string(), hookId: v.string() }),
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      if (!(await hooks.delete(params.id, params.hookId))) throw notFound(`hook ${params.hookId}`)
      return { status: 204 }
    },
  )

  async function makeTask(hook: Hook, task: HookTask, input: Json, deliveryId: string | undefined) {
    const { task: made, created } = await tasks.create({
      maxAttempts: 1,
      ...task,
      agentId: hook.agentId,
      input,
      lineage: { hops: 0, source: `hook:${hook.id}` },
      ...(deliveryId === undefined ? {} : { idempotencyKey: keyOf(hook, deliveryId) }),
    })
    return { status: created ? 'queued' : 'coalesced', taskId: made.id } as const
  }

  async function ring({ agentId, name, id }: Hook, payload: Json) {
    const fits = payload !== null && JSON.stringify(payload).length <= PAYLOAD_MAX_BYTES
    return { status: await wakes.fire(agentId, { type: 'webhook', reason: name ?? id, ...(fits ? { payload } : {}) }) }
  }

  endpoint(
    app,
    {
      method: 'post',
      path: '/hooks/{token}',
      tag,
      access: 'public',
      summary:
        'Wake the agent of a hook. What was acknowledged is done, whatever happens; the same webhook-id, x-github-delivery or Idempotency-Key makes no second task',
      params: v.object({ token: v.string() }),
      bodyMaxBytes: CALL_MAX_BYTES,
      headers: IDEMPOTENCY_HEADER,
      answers: {
        202: {
          description: 'Taken; `coalesced` when that had been asked for already',
          schema: v.object({ status: v.picklist(['queued', 'coalesced']), taskId: v.optional(v.string()) }),
        },
      },
      problems: ['not-found', 'wrong-signature', 'idempotency-key-reused', 'not-accepting', 'too-many-wakes'],
    },
    async ({ params, context }) => {
      // Its token is not said back: answers are logged by others.
      const unknown = () => notFound('hook')
      const hook = await hooks.find(params.token)
      if (hook === undefined) throw unknown()
      const body = new Uint8Array(await context.req.arrayBuffer())
      requireSigned(hook, context, body)
      const call = readCall(body, context.req.header('content-type') ?? '')
      const { task } = hook.hook
      const deliveryId = deliveryIdOf(context)
      const wake = async () => {
        // Its agent may have been deleted meanwhile, and another one made of that id.
        if ((await hooks.find(params.token)) === undefined) throw unknown()
        return task === undefined ? ring(hook.hook, call) : makeTask(hook.hook, task, call, deliveryId)
      }
      const answer = await lifecycle.withAgent(hook.hook.agentId, wake)
      if (answer === undefined) throw unknown()
      return { status: 202, body: answer }
    },
  )
}

function requireSigned({ hook, secret }: FoundHook, context: Context<ServerEnv>, body: Uint8Array): void {
  if (hook.signature === undefined) return
  const message = { header: (name: string) => context.req.header(name), body }
  const isSigned = hook.signature === 'github' ? isSignedByGithub : isSignedByStandard
  if (secret !== undefined && isSigned(secret, message, Date.now())) return
  throw new ProblemError(
    'wrong-signature',
    `this hook takes calls that are signed with its secret (${hook.signature}), within five minutes where they say when`,
  )
}

/** It holds a space, which no `Idempotency-Key` over HTTP may: so nobody takes it first. */
function keyOf({ id }: Hook, deliveryId: string): string {
  return `hook ${id} ${createHash('sha256').update(deliveryId).digest('base64url')}`
}

/** What tells a call that comes again from a new one; senders have names of their own for it. */
function deliveryIdOf({ req }: Context<ServerEnv>): string | undefined {
  const given = req.header('webhook-id') ?? req.header('svix-id') ?? req.header('x-github-delivery')
  return given !== undefined && /^[\x21-\x7e]{1,255}$/.test(given)
    ? given
    : idempotencyKeyOf(req.header('idempotency-key'))
}
