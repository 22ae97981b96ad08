import type { ChangeResult } from '@agentic/memory'
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { Owner } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { type Answer, endpoint } from '../http/endpoint.ts'
import { found, notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotent } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import { ProblemError } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import {
  bulletinView,
  foundView,
  memoryKind,
  memoryParams,
  memoryPatchBody,
  memoryView,
  newMemoryBody,
  viewMemory,
} from '../schemas/memory.ts'

const tag = 'Memories'

/** A flag of a query. */
const flag = v.optional(
  v.pipe(
    v.picklist(['true', 'false'], 'must be true or false'),
    v.transform((text) => text === 'true'),
  ),
  'false',
)

const listQuery = v.object({ ...pageQuery, kind: v.optional(memoryKind), deleted: flag })

const searchQuery = v.object({
  q: v.pipe(v.string('is required'), v.maxLength(4_000, 'must have at most 4000 characters')),
  kind: v.optional(memoryKind),
  limit: v.optional(
    v.pipe(
      v.string('must be given once'),
      v.regex(/^\d{1,2}$/, 'must be a whole number'),
      v.transform(Number),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(50, 'must be at most 50'),
    ),
    '10',
  ),
})

/** Most secrets are in a memory by mistake: what is kept is scrubbed, and needs the secrets to be there for that. */
const scrubbing = ['locked', 'unreadable'] as const

export function memoryRoutes(app: Hono<ServerEnv>, { memory, agents, lifecycle, store }: AppPorts): void {
  const owner: Owner = {
    what: 'memory',
    agentOf: async (id) => (await memory.store.get(id, { deleted: true }))?.agentId,
  }

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/memories',
      tag,
      access: 'agent',
      summary: 'Let an agent remember something; its secrets are taken out first. Saying the same again is one memory',
      params: agentParams,
      body: newMemoryBody,
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store),
      answers: {
        201: { description: 'The memory', schema: memoryView },
        200: { description: 'It was known before; the source was added to it', schema: memoryView },
      },
      problems: ['not-found', 'idempotency-key-reused', 'limit-reached', ...scrubbing],
    },
    async ({ params, body }) => {
      const save = () => memory.store.save({ ...body, agentId: params.id })
      const saved = found(await lifecycle.withAgent(params.id, save), `agent ${params.id}`)
      return {
        status: saved.type === 'created' ? 201 : 200,
        body: viewMemory(saved.memory),
        headers: { location: `/api/memories/${saved.memory.id}` },
      }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/memories',
      tag,
      access: 'agent',
      summary: 'List what an agent remembers, newest first; with `deleted=true` what is gone and not yet purged',
      params: agentParams,
      query: listQuery,
      answers: { 200: { description: 'A page of memories', schema: pageOf(memoryView) } },
      problems: ['not-found'],
    },
    async ({ params, query }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      const { limit, kind, deleted } = query
      const page = await memory.store.list(params.id, { limit, kind, deleted, cursor: readCursor(query.cursor) })
      return { status: 200, body: { items: page.items.map(viewMemory), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/memories/search',
      tag,
      access: 'agent',
      summary: 'Search what an agent remembers, best first. Looking changes nothing: it does not count as recalled',
      params: agentParams,
      query: searchQuery,
      answers: { 200: { description: 'What fits; scores compare within one answer only', schema: foundView } },
      problems: ['not-found'],
    },
    async ({ params, query: { q, kind, limit } }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      const kinds = kind === undefined ? undefined : [kind]
      const { items } = await memory.search(params.id, q, { limit, kinds, countsAsRecall: false })
      const body = { items: items.map(({ memory: each, score }) => ({ ...viewMemory(each), score })) }
      return { status: 200, body }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/bulletin',
      tag,
      access: 'agent',
      summary: 'Read the short text of what an agent knows now, as its runs are told it',
      params: agentParams,
      answers: { 200: { description: 'The bulletin', schema: bulletinView } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      const read = () => memory.bulletins.get(params.id)
      const { text, version, source } = found(await lifecycle.withAgent(params.id, read), `agent ${params.id}`)
      return { status: 200, body: { text, version, source } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/memories/{id}',
      tag,
      access: 'agent',
      owner,
      summary: 'Read a memory; one that is gone says since when and why, until it is purged',
      params: memoryParams,
      answers: { 200: { description: 'The memory', schema: memoryView } },
      problems: ['not-found'],
    },
    async ({ params }) => ({
      status: 200,
      body: viewMemory(found(await memory.store.get(params.id, { deleted: true }), `memory ${params.id}`)),
    }),
  )

  endpoint(
    app,
    {
      method: 'patch',
      path: '/api/memories/{id}',
      tag,
      access: 'agent',
      owner,
      summary: 'Change a memory; with `version`, only if nobody else changed it since',
      params: memoryParams,
      body: memoryPatchBody,
      answers: { 200: { description: 'The memory as it is now', schema: memoryView } },
      problems: ['not-found', 'version-conflict', 'already-exists', ...scrubbing],
    },
    async ({ params, body: { version, ...changes } }) =>
      answerOf(await memory.store.update(params.id, changes, { version }), params.id),
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/memories/{id}',
      tag,
      access: 'agent',
      owner,
      summary: 'Forget a memory; it can be restored until it is purged. With `erase=true` it is gone for good at once',
      params: memoryParams,
      query: v.object({ erase: flag }),
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
    },
    async ({ params: { id }, query: { erase } }) => {
      const isGone = erase ? await memory.store.erase(id) : (await memory.store.delete(id)).type === 'changed'
      if (!isGone) throw notFound(`memory ${id}`)
      return { status: 204 }
    },
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/memories/{id}/restore',
      tag,
      access: 'agent',
      owner,
      summary: 'Take the deletion of a memory back',
      params: memoryParams,
      answers: { 200: { description: 'The memory as it is now', schema: memoryView } },
      problems: ['not-found', 'already-exists', 'limit-reached'],
    },
    async ({ params }) => answerOf(await memory.store.restore(params.id), params.id),
  )
}

function answerOf(result: ChangeResult, memoryId: string): Answer<200> {
  switch (result.type) {
    case 'changed':
      return { status: 200, body: viewMemory(result.memory) }
    case 'not-found':
      throw notFound(`memory ${memoryId}`)
    case 'conflict':
      throw new ProblemError(
        'version-conflict',
        `memory ${memoryId} is of version ${result.memory.version} now: look at it again`,
      )
    case 'duplicate':
      throw new ProblemError('already-exists', `memory ${result.memory.id} says exactly that already`)
    default:
      return result satisfies never
  }
}
