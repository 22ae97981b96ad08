import type { Api } from '../../apps/server/test/api.ts'
import { showProgress } from './progress.ts'
import { medianOf } from './spread.ts'

/** How long a request takes, in milliseconds, where there is nobody else and where there is a whole fleet. */
export interface AskReport {
  readonly name: string
  readonly emptyMs: number
  readonly fullMs: number
}

const ROUNDS = 15

type Ask = readonly [name: string, ask: (api: Api, id: string) => ReturnType<Api['get']>]

const job = {
  name: 'yearly',
  schedule: { cron: '0 0 1 1 *' },
  task: { title: 'report', worker: { type: 'command', argv: ['true'] } },
}

/** In the order in which an agent lives. */
const ASKS: readonly Ask[] = [
  ['make an agent', (api, id) => api.post('/api/agents', { id })],
  ['put a secret', (api, id) => api.put(`/api/agents/${id}/secrets/OWN`, { value: 'a-value', category: 'tool' })],
  ['make a cron job', (api, id) => api.post(`/api/agents/${id}/cron`, job)],
  ['give a task that waits', (api, id) => api.post(`/api/agents/${id}/tasks`, { ...job.task, requiresApproval: true })],
  ['ring', (api, id) => api.post(`/api/agents/${id}/wake`)],
  ['read an agent', (api, id) => api.get(`/api/agents/${id}`)],
  ['read what secrets its workers get', (api, id) => api.get(`/api/agents/${id}/secrets?effective=true`)],
  ['list its tasks', (api, id) => api.get(`/api/agents/${id}/tasks`)],
  ['list its cron jobs', (api, id) => api.get(`/api/agents/${id}/cron`)],
  ['list agents', (api) => api.get('/api/agents')],
  ['list active agents', (api) => api.get('/api/agents?mode=active')],
  ['list escalations', (api) => api.get('/api/escalations')],
  ['readiness', (api) => api.get('/readyz')],
  ['metrics', (api) => api.get('/metrics')],
  ['delete an agent', (api, id) => api.send('DELETE', `/api/agents/${id}`)],
]

/** Asks the same of two servers in turns. What costs much more where there is a fleet costs by its number. */
export async function compareAsks(empty: Api, full: Api): Promise<readonly AskReport[]> {
  const times = new Map(ASKS.map(([name]) => [name, { empty: [] as number[], full: [] as number[] }]))
  const progress = showProgress('asking both servers', ROUNDS)
  for (let round = 0; round < ROUNDS; round++) {
    progress.at(round)
    const id = `visitor-${round}`
    for (const [name, ask] of ASKS) {
      times.get(name)?.empty.push(await timeOf(name, () => ask(empty, id)))
      times.get(name)?.full.push(await timeOf(name, () => ask(full, id)))
    }
  }
  progress.at(ROUNDS)
  progress.end()
  return [...times].map(([name, of]) => ({ name, emptyMs: medianOf(of.empty), fullMs: medianOf(of.full) }))
}

async function timeOf(name: string, ask: () => ReturnType<Api['get']>): Promise<number> {
  const askedAt = performance.now()
  const { status, text } = await ask()
  if (status >= 300) throw new Error(`${name}: answered ${status}: ${text}`)
  return performance.now() - askedAt
}
