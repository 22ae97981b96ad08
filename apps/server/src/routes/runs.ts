import type { Hono } from 'hono'
import * as v from 'valibot'
import { narrowTo, type Owner } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint, rawEndpoint } from '../http/endpoint.ts'
import { found } from '../http/found.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import type { AppPorts } from '../ports.ts'
import { escalationView, runView, taskParams, viewEscalation, viewRun } from '../schemas/task.ts'

const tag = 'Runs'

export function runRoutes(app: Hono<ServerEnv>, { tasks, transcript, screenshot }: AppPorts): void {
  const ownerOfTask: Owner = { what: 'task', agentOf: async (id) => (await tasks.get(id))?.agentId }
  const ownerOfRun: Owner = { what: 'run', agentOf: async (id) => (await tasks.getRun(id))?.agentId }

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/tasks/{id}/runs',
      tag,
      access: 'agent',
      owner: ownerOfTask,
      summary: 'List the runs of a task, newest first',
      params: taskParams,
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of runs', schema: pageOf(runView) } },
      problems: ['not-found'],
    },
    async ({ params, query }) => {
      found(await tasks.get(params.id), `task ${params.id}`)
      const page = await tasks.listRuns(params.id, { limit: query.limit, cursor: readCursor(query.cursor) })
      return { status: 200, body: { items: page.items.map(viewRun), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/runs/{id}',
      tag,
      access: 'agent',
      owner: ownerOfRun,
      summary: 'Read a run with its outcome',
      params: taskParams,
      answers: { 200: { description: 'The run', schema: runView } },
      problems: ['not-found'],
    },
    async ({ params }) => ({ status: 200, body: viewRun(found(await tasks.getRun(params.id), `run ${params.id}`)) }),
  )

  rawEndpoint(
    app,
    {
      method: 'get',
      path: '/api/runs/{id}/transcript',
      tag,
      access: 'agent',
      owner: ownerOfRun,
      summary: 'What happened in a run, line by line, as far as it has come; secrets are redacted',
      params: taskParams,
      answers: { 200: { description: 'JSON lines (application/jsonl)' } },
      problems: ['not-found'],
    },
    async (context) => {
      const id = context.req.param('id') ?? ''
      const run = found(await tasks.getRun(id), `run ${id}`)
      const lines = found(await transcript(run.agentId, run.id), `transcript of run ${run.id}`)
      return context.body(lines, 200, { 'content-type': 'application/jsonl' })
    },
  )

  rawEndpoint(
    app,
    {
      method: 'get',
      path: '/api/runs/{id}/screenshot',
      tag,
      access: 'agent',
      owner: ownerOfRun,
      summary: 'The screenshot of the page that blocked a run, as PNG',
      params: taskParams,
      answers: { 200: { description: 'The image (image/png)' } },
      problems: ['not-found'],
    },
    async (context) => {
      const id = context.req.param('id') ?? ''
      const run = found(await tasks.getRun(id), `run ${id}`)
      const image = found(await screenshot(run.agentId, run.id), `screenshot of run ${run.id}`)
      return context.body(image, 200, { 'content-type': 'image/png', 'content-security-policy': "default-src 'none'" })
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/escalations',
      tag: 'Escalations',
      access: 'agent',
      summary: 'List the tasks that wait for a person, oldest first',
      query: v.object({ ...pageQuery, agentId: v.optional(v.string()) }),
      answers: { 200: { description: 'A page of escalations', schema: pageOf(escalationView) } },
    },
    async ({ query, caller }) => {
      const page = await tasks.listEscalations({
        limit: query.limit,
        cursor: readCursor(query.cursor),
        agentId: narrowTo(caller, query.agentId),
      })
      return { status: 200, body: { items: page.items.map(viewEscalation), nextCursor: writeCursor(page.nextCursor) } }
    },
  )
}
