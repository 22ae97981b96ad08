import type { Hono } from 'hono'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { ProblemError } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { janitorView, viewJanitor } from '../schemas/janitor.ts'

const tag = 'Operations'

export function janitorRoutes(app: Hono<ServerEnv>, { janitor }: AppPorts): void {
  const view = async () => viewJanitor(janitor.settings, await janitor.status())

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/janitor',
      tag,
      summary: 'See how the janitor is set, what it does now and what it did last',
      answers: { 200: { description: 'The janitor', schema: janitorView } },
    },
    async () => ({ status: 200, body: await view() }),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/janitor/run',
      tag,
      summary: 'Begin a round of the janitor now, whether rounds begin by themselves or not',
      answers: { 202: { description: 'It has begun', schema: janitorView } },
      problems: ['wrong-status'],
    },
    async () => {
      if (!(await janitor.run())) throw new ProblemError('wrong-status', 'a round is going on: wait for its end')
      return { status: 202, body: await view() }
    },
  )
}
