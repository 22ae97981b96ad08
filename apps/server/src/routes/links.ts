import { agentIdSchema } from '@agentic/agents'
import type { Link, NewLink } from '@agentic/links'
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { found, notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, idempotent } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import { invalidInput, ProblemError } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { linkView, newLinkBody, readNewLink, viewLink } from '../schemas/link.ts'

const tag = 'Links'

const pair = v.strictObject({ from: v.optional(agentIdSchema), to: v.optional(agentIdSchema) })

/** Who may hand work to whom is for admins to say. */
export function linkRoutes(app: Hono<ServerEnv>, { links, lifecycle, store }: AppPorts): void {
  /** Makes a link while both agents are there. Turns are taken in one order, so that two links never wait for each other. */
  async function create(link: NewLink) {
    const [first = '', second = ''] = [link.from, link.to].toSorted()
    const made = await lifecycle.withAgent(first, async () => ({
      second: await lifecycle.withAgent(second, () => links.create(link)),
    }))
    return found(found(made, `agent ${first}`).second, `agent ${second}`)
  }

  async function remove(from: string, to: string): Promise<{ readonly status: 204 }> {
    if (!(await links.delete(from, to))) throw notFound(`link of ${from} and ${to}`)
    return { status: 204 }
  }

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/links',
      tag,
      summary: 'Let an agent hand work to another',
      body: newLinkBody,
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store, { agentsOf: ({ from, to }) => [from, to] }),
      answers: { 201: { description: 'The link', schema: linkView } },
      problems: ['not-found', 'already-exists', 'idempotency-key-reused'],
    },
    async ({ body, context }) => {
      const isRepeatable = idempotencyKeyOf(context.req.header('idempotency-key')) !== undefined
      if (body.from === body.to) throw invalidInput([{ field: 'to', message: 'must be another agent than from' }])
      const wanted = readNewLink(body)
      const { type, link } = await create(wanted)
      const location = `/api/links/${encodeURIComponent(link.from)}/${encodeURIComponent(link.to)}`
      if (type === 'created') return { status: 201, body: viewLink(link), headers: { location } }
      // The answer is kept after the link is: should the process die between, the link itself tells what was asked for.
      if (isRepeatable && isAsWanted(link, wanted)) {
        return { status: 201, body: viewLink(link), headers: { location, 'idempotency-replayed': 'true' } }
      }
      throw new ProblemError(
        'already-exists',
        `${link.from} and ${link.to} have a ${link.direction} link: delete it to make another`,
      )
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/links',
      tag,
      summary: 'List links, by their agents; those that one agent has a part in, or all',
      query: v.object({ ...pageQuery, agentId: v.optional(agentIdSchema) }),
      answers: { 200: { description: 'A page of links', schema: pageOf(linkView) } },
    },
    async ({ query: { limit, cursor, agentId } }) => {
      const page = await links.list({ agentId, limit, cursor: readCursor(cursor) })
      return { status: 200, body: { items: page.items.map(viewLink), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/links',
      tag,
      summary: 'Delete the link of two agents, named in the query or in the body',
      query: pair,
      body: pair,
      isBodyOptional: true,
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
    },
    async ({ query, body }) => {
      const { from = body.from, to = body.to } = query
      const missing = Object.entries({ from, to }).filter(([, agentId]) => agentId === undefined)
      if (from === undefined || to === undefined) {
        throw invalidInput(missing.map(([field]) => ({ field, message: 'is required' })))
      }
      return remove(from, to)
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/links/{from}/{to}',
      tag,
      summary: 'Delete the link of two agents',
      params: v.object({ from: v.string(), to: v.string() }),
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
    },
    async ({ params: { from, to } }) => {
      const areIds = v.is(agentIdSchema, from) && v.is(agentIdSchema, to)
      if (!areIds) throw notFound(`link of ${from} and ${to}`)
      return remove(from, to)
    },
  )
}

function isAsWanted(link: Link, wanted: NewLink): boolean {
  const {
    from,
    to,
    direction = 'one-way',
    kind = 'peer',
    requiresApproval = false,
    rateLimit = link.rateLimit,
  } = wanted
  return (
    link.from === from &&
    link.to === to &&
    link.direction === direction &&
    link.kind === kind &&
    link.requiresApproval === requiresApproval &&
    link.rateLimit.messages === rateLimit.messages &&
    link.rateLimit.perMs === rateLimit.perMs
  )
}
