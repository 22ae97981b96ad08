import { expect } from 'vitest'
import type { Api, ApiAnswer } from '../../apps/server/test/api.ts'
import { answered } from './answered.ts'
import { type AskedTask, bodyOf, type Ledger, NO_SECRET, secretOf, type TaskKind } from './ledger.ts'
import type { Random } from './random.ts'

/** One server's life, as those who call it see it. */
export interface Life {
  readonly api: Api
  readonly random: Random
  readonly ledger: Ledger
  /** Tells that the server has answered, or told an event. */
  heard(what: 'acknowledgement' | 'event'): void
}

/** Someone who asks for things, one after another, and writes down what was asked and what was acknowledged. */
export interface Caller {
  readonly act: (life: Life) => Promise<void>
  /** How often at most in one life. */
  readonly times: number
}

export const callers: readonly Caller[] = [
  { act: giveTask, times: 5 },
  { act: giveTask, times: 5 },
  { act: giveTask, times: 3 },
  { act: ring, times: 12 },
  { act: cancelSome, times: 3 },
  { act: readBack, times: 8 },
  { act: stopPatient, times: 2 },
  { act: makeAndDelete, times: 2 },
  { act: resolveSome, times: 4 },
  { act: putSecret, times: 3 },
]

const KINDS: readonly TaskKind[] = [
  'append',
  'append',
  'append',
  'append',
  'note',
  'note',
  'block',
  'block',
  'slow',
  'fail',
]

/** Gives a new task, or asks for an old one again; at times with two requests at once. */
async function giveTask(life: Life): Promise<void> {
  const { random, ledger } = life
  const isRepeat = random.next() < 0.2
  const task = (isRepeat ? random.pick(ledger.tasks) : undefined) ?? newTask(life)
  await Promise.all(random.next() < 0.2 ? [ask(life, task), ask(life, task)] : [ask(life, task)])
}

function newTask({ random, ledger }: Life): AskedTask {
  const agentId = random.pick(ledger.workers) ?? ''
  const task: AskedTask = { key: `key-${ledger.tasks.length}`, agentId, kind: random.pick(KINDS) ?? 'append' }
  ledger.tasks.push(task)
  return task
}

/** Asks for a task by its key: however often, there is one. */
export async function ask({ api, ledger, heard }: Omit<Life, 'random'>, task: AskedTask): Promise<void> {
  const headers = { 'idempotency-key': task.key }
  const answer = await api.post(`/api/agents/${task.agentId}/tasks`, bodyOf(task, ledger.mark), headers)
  const { id } = answered(answer, 201)
  expect(id).toBe(task.taskId ?? id)
  task.taskId = id
  heard('acknowledgement')
}

async function ring({ api, random, ledger, heard }: Life): Promise<void> {
  answered(await api.post(`/api/agents/${random.pick(ledger.workers)}/wake`, { reason: 'just so' }), 202)
  heard('acknowledgement')
}

async function cancelSome(life: Life): Promise<void> {
  const { random, ledger } = life
  const task = random.pick(ledger.tasks.filter(({ kind, taskId }) => kind !== 'long' && taskId !== undefined))
  if (task !== undefined) await cancel(life, task)
}

export async function cancel({ api, heard }: Omit<Life, 'random'>, task: AskedTask): Promise<void> {
  task.cancel ??= 'asked'
  const answer = await api.post(`/api/tasks/${task.taskId}/cancel`, { reason: 'changed my mind' })
  answered(answer, 200, 202, 409)
  if (answer.status === 200) task.cancel = 'cancelled'
  if (answer.status === 202) task.cancel = 'stopping'
  heard('acknowledgement')
}

/** What was acknowledged is there, after any number of kills. */
async function readBack({ api, random, ledger, heard }: Life): Promise<void> {
  const task = random.pick(ledger.tasks.filter(({ taskId }) => taskId !== undefined))
  if (task === undefined) return
  const found = answered(await api.get(`/api/tasks/${task.taskId}`), 200)
  expect(found).toMatchObject({ id: task.taskId, agentId: task.agentId, title: task.key })
  heard('acknowledgement')
}

/** Gives a task that never ends, and cancels the one that runs. */
async function stopPatient(life: Life): Promise<void> {
  const { api, ledger } = life
  const { items } = answered(await api.get(`/api/agents/${ledger.patient}/tasks?status=in-progress`), 200)
  const running = ledger.tasks.find(({ taskId }) => taskId !== undefined && taskId === items[0]?.id)
  if (running !== undefined && running.cancel !== 'stopping') return cancel(life, running)
  const task: AskedTask = { key: `key-${ledger.tasks.length}`, agentId: ledger.patient, kind: 'long' }
  ledger.tasks.push(task)
  return ask(life, task)
}

/** Makes an agent with all that an agent can have, and deletes it while it works. */
async function makeAndDelete({ api, ledger, heard }: Life): Promise<void> {
  const agent: Ledger['passing'][number] = { id: `${ledger.mark}-passing-${ledger.passing.length}` }
  ledger.passing.push(agent)
  answered(await api.post('/api/agents', { id: agent.id }), 201)
  answered(await api.put(`/api/agents/${agent.id}/secrets/OWN`, { value: secretOf(agent.id), category: 'tool' }), 201)
  const body = bodyOf({ key: 'passing', agentId: agent.id, kind: 'long' }, ledger.mark)
  agent.taskId = answered(await api.post(`/api/agents/${agent.id}/tasks`, body), 201).id
  heard('acknowledgement')
  agent.deletion = 'asked'
  answered(await api.send('DELETE', `/api/agents/${agent.id}`), 204)
  agent.deletion = 'acknowledged'
  heard('acknowledgement')
}

/** Decides of an escalation, at times with two requests at once: one of them alone decides. */
async function resolveSome(life: Life): Promise<void> {
  const { api, random, ledger } = life
  const { items } = answered(await api.get('/api/escalations?limit=20'), 200)
  const escalation = random.pick(items as readonly { readonly title: string; readonly taskId: string }[])
  const task = ledger.tasks.find(({ key }) => key === escalation?.title)
  if (task === undefined || escalation === undefined) return
  const action = random.next() < 0.7 ? 'retry' : 'abandon'
  await resolve(life, task, escalation.taskId, action, random.next() < 0.2 ? 2 : 1)
}

async function resolve(
  { api, heard }: Omit<Life, 'random'>,
  task: AskedTask,
  taskId: string,
  action: 'retry' | 'abandon',
  requests: number,
): Promise<void> {
  // Asked for before and not heard of: it may have been decided, but then it would not be here; and it is only once.
  task.resolution = { action, isAcknowledged: false }
  const ask = (): Promise<ApiAnswer> => api.post(`/api/tasks/${taskId}/resolve`, { action })
  const answers = await Promise.all(Array.from({ length: requests }, ask))
  for (const answer of answers) answered(answer, 200, 409)
  const decided = answers.filter(({ status }) => status === 200)
  expect(decided.length).toBeLessThanOrEqual(1)
  if (decided.length === 1) task.resolution.isAcknowledged = true
  heard('acknowledgement')
}

/** Has every task tried again that waits for a person. */
export async function resolveAll(life: Omit<Life, 'random'>): Promise<void> {
  const { items } = answered(await life.api.get('/api/escalations?limit=500'), 200)
  for (const { title, taskId } of items as readonly { readonly title: string; readonly taskId: string }[]) {
    const task = life.ledger.tasks.find(({ key }) => key === title)
    if (task !== undefined) await resolve(life, task, taskId, 'retry', 1)
  }
}

/** Gives an agent's secret another value, or takes it away. */
async function putSecret({ api, random, ledger, heard }: Life): Promise<void> {
  const agentId = random.pick(ledger.workers) ?? ''
  const path = `/api/agents/${agentId}/secrets/TOLD`
  const value = random.next() < 0.2 ? NO_SECRET : `told-${random.between(0, 2 ** 31)}-to-${agentId}`
  ledger.secrets.set(agentId, [...(ledger.secrets.get(agentId) ?? [NO_SECRET]), value])
  if (value === NO_SECRET) answered(await api.send('DELETE', path), 204, 404)
  else answered(await api.put(path, { value, category: 'tool' }), 200, 201)
  ledger.secrets.set(agentId, [value])
  heard('acknowledgement')
}

/** Follows the events from where the last server's life broke off. */
export async function follow({ api, ledger, heard }: Life): Promise<void> {
  for await (const event of api.events(ledger.lastEventId)) {
    const id = Number(event.id)
    expect(event.type).not.toBe('resync')
    expect(id).toBeGreaterThan(ledger.lastEventId)
    ledger.told.set(id, event)
    ledger.lastEventId = id
    heard('event')
  }
}
