import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Api, ApiAnswer, StreamedEvent } from '../../apps/server/test/api.ts'
import { answered } from './answered.ts'
import { type AskedTask, type Ledger, NO_SECRET, secretOf } from './ledger.ts'

/** What the checks look at: a server that has nothing left to do, and what was asked of its forerunners. */
export interface Scene {
  readonly api: Api
  readonly ledger: Ledger
  readonly dataDir: string
}

type Item = ApiAnswer['body']

const OPEN = ['ready', 'in-progress', 'backlog', 'pending-approval', 'blocked'] as const

/** Reads a list to its end. */
export async function listAll(api: Api, path: string): Promise<Item[]> {
  const items: Item[] = []
  let cursor = ''
  do {
    const url = `${path}${path.includes('?') ? '&' : '?'}limit=500${cursor}`
    const page = answered(await api.get(url), 200)
    items.push(...page.items)
    cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`
  } while (cursor !== '')
  return items
}

function agentIds({ workers, patient, jobs }: Ledger): string[] {
  return [...new Set([...workers, patient, ...jobs.map(({ agentId }) => agentId)])]
}

/** The tasks that have not come to an end, in words. */
export async function openTasks({ api, ledger }: Scene): Promise<string[]> {
  const lists = await Promise.all(
    agentIds(ledger).flatMap((id) => OPEN.map((status) => listAll(api, `/api/agents/${id}/tasks?status=${status}`))),
  )
  return lists
    .flat()
    .map(({ id, title, status, attempts, readyAt }) => `${id} ${title} ${status} ${attempts} ${readyAt}`)
}

/** The tasks of every agent are those that were asked for and those of firings, each once, and each has ended as it must. */
export async function auditTasks({ api, ledger }: Scene): Promise<Item[]> {
  const tasks = (await Promise.all(agentIds(ledger).map((id) => listAll(api, `/api/agents/${id}/tasks`)))).flat()
  const byId = new Map(tasks.map((task) => [task.id, task]))
  expect(byId.size).toBe(tasks.length)
  for (const asked of ledger.tasks) {
    const task = byId.get(asked.taskId)
    expect({ asked, task }).toEqual({ asked, task: expect.objectContaining({ title: asked.key }) })
    expect({ asked, ends: allowedEnds(asked) }).toEqual({ asked, ends: expect.arrayContaining([task.status]) })
  }
  // With an id of its own for each that was asked for, there is no room for another.
  expect(new Set(ledger.tasks.map(({ taskId }) => taskId)).size).toBe(ledger.tasks.length)
  expect(tasks.filter(({ lineage }) => lineage.source === 'http')).toHaveLength(ledger.tasks.length)
  return tasks
}

function allowedEnds({ kind, cancel, resolution }: AskedTask): readonly string[] {
  if (cancel === 'cancelled' || kind === 'long') return ['cancelled']
  if (resolution?.action === 'abandon' && resolution.isAcknowledged) return ['cancelled']
  const own = kind === 'fail' ? 'failed' : 'done'
  const mayBeCancelled = cancel !== undefined || resolution?.action === 'abandon'
  return mayBeCancelled ? [own, 'cancelled'] : [own]
}

/** A task's runs are numbered without a gap, each with one outcome; a command ran once for each run that says it ended. */
export async function auditRuns({ api, dataDir }: Scene, tasks: readonly Item[]): Promise<Item[]> {
  const all: Item[] = []
  for (const task of tasks) {
    const runs: Item[] = await listAll(api, `/api/tasks/${task.id}/runs`)
    const ended = runs.map((_, index) => ({
      number: runs.length - index,
      status: 'ended',
      outcome: { type: expect.any(String) },
    }))
    expect({ task, runs }).toMatchObject({ task, runs: ended })
    // Once a person has answered, attempts are counted anew.
    const sinceBlock = runs.findIndex(({ outcome }) => outcome.type === 'blocked')
    expect([runs.length, sinceBlock]).toContain(task.attempts)
    expect(task.outcome).toEqual(runs[0]?.outcome)
    await auditLines(runs, await linesOf(join(dataDir, 'agents', task.agentId, 'workspace', task.id)))
    all.push(...runs)
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  return all
}

/** No run began its command twice, and those that ended by it did it once; one that was lost may have come so far or not. */
async function auditLines(runs: readonly Item[], lines: readonly string[]): Promise<void> {
  const ids = runs.map(({ id }) => id)
  const finished = runs.filter(
    ({ outcome: { type, code } }) => ['success', 'blocked'].includes(type) || code === 'EXIT_7',
  )
  // Nobody goes on with what waits for a person but a person, and nobody answers for one that was answered.
  expect({ runs, blocked: finished.filter(({ outcome }) => outcome.type === 'blocked').length < 2 }).toEqual({
    runs,
    blocked: true,
  })
  expect({ runs, lines }).toEqual({ runs, lines: [...new Set(lines)] })
  expect({ runs, lines, ids }).toEqual({ runs, lines, ids: expect.arrayContaining([...lines]) })
  expect({ runs, lines }).toEqual({ runs, lines: expect.arrayContaining(finished.map(({ id }) => id)) })
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

/** Every due second of a job is one firing or is in one skipped stretch, none twice and none left out; each firing made one task. */
export async function auditFirings({ api, ledger }: Scene, tasks: readonly Item[]): Promise<number> {
  let count = 0
  for (const { id: jobId, agentId } of ledger.jobs) {
    const firings: Item[] = (await listAll(api, `/api/cron/${jobId}/firings`)).toReversed()
    count += firings.length
    for (const [index, firing] of firings.entries()) {
      const next = firings[index + 1]
      const nextAt = firing.until === undefined ? Date.parse(firing.dueAt) + 1000 : Date.parse(firing.until)
      if (next !== undefined)
        expect({ firing, next }).toMatchObject({ firing, next: { dueAt: new Date(nextAt).toISOString() } })
      const made = tasks.filter((task) => task.agentId === agentId && task.lineage.source === `cron:${firing.id}`)
      const ends = made.map(({ status }) => status)
      expect({ firing, ends, allowed: allowedOfFiring(firing) }).toEqual({
        firing,
        ends,
        allowed: expect.arrayContaining([ends]),
      })
    }
  }
  return count
}

/** What may have become of the tasks of a firing that ended. One may be cancelled before its task was made. */
function allowedOfFiring({ status }: Item): readonly string[][] {
  const allowed: Readonly<Record<string, readonly string[][]>> = {
    succeeded: [['done']],
    skipped: [[]],
    cancelled: [[], ['cancelled'], ['done']],
  }
  return allowed[status] ?? []
}

/** The log of events tells each run's start and end once and in order, one run of an agent at a time; and what was told is in it. */
export async function auditEvents({ api, ledger }: Scene, runs: readonly Item[]): Promise<void> {
  const events = await eventsUntilNow(api, `${ledger.mark}-last`)
  const ids = events.map(({ id }) => Number(id))
  expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => one - other))

  const open = new Map<string, string>()
  const started = new Set<string>()
  const outcomes = new Map<string, unknown>()
  for (const { type, data } of events) {
    const { run } = data.data
    if (type === 'run-started') {
      expect({ run, open: open.get(data.agentId) }).toEqual({ run, open: undefined })
      expect(started.has(run.id)).toBe(false)
      started.add(run.id)
      open.set(data.agentId, run.id)
    }
    if (type === 'run-ended') {
      expect({ run, open: open.get(data.agentId) }).toEqual({ run, open: run.id })
      open.delete(data.agentId)
      outcomes.set(run.id, run.outcome)
    }
  }
  expect([...open]).toEqual([])
  expect(outcomes).toEqual(new Map(runs.map(({ id, outcome }) => [id, outcome])))

  // Whoever followed over all servers was told each event that is kept, and none that is not but of deleted agents.
  const kept = events.filter(({ id }) => Number(id) <= ledger.lastEventId)
  const told = [...ledger.told.values()].filter((event) => !agentOf(event).includes('-passing-'))
  expect(told).toEqual(kept)
}

function agentOf(event: StreamedEvent): string {
  return event.data.agentId ?? ''
}

async function eventsUntilNow(api: Api, lastAgentId: string): Promise<StreamedEvent[]> {
  answered(await api.post('/api/agents', { id: lastAgentId }), 201)
  const events: StreamedEvent[] = []
  for await (const event of api.events(0)) {
    events.push(event)
    if (event.type === 'agent-created' && event.data.agentId === lastAgentId) break
  }
  return events
}

/** Whose deletion was acknowledged is gone with all that was theirs; the others are there, with their secrets. */
export async function auditAgents({ api, ledger, dataDir }: Scene): Promise<void> {
  const agents: Item[] = await listAll(api, '/api/agents')
  expect(new Set(agents.map(({ id }) => id))).toEqual(new Set(agentIds(ledger)))
  for (const { id, taskId } of ledger.passing) {
    for (const path of [`/api/agents/${id}`, `/api/agents/${id}/secrets`, `/api/agents/${id}/tasks`])
      answered(await api.get(path), 404)
    if (taskId !== undefined) answered(await api.get(`/api/tasks/${taskId}`), 404)
    await expect(access(join(dataDir, 'agents', id))).rejects.toThrow('ENOENT')
  }
  for (const id of agentIds(ledger)) {
    const told = (ledger.secrets.get(id) ?? [NO_SECRET]).map((value) => `[ "\${TOLD-${NO_SECRET}}" = ${value} ]`)
    const check = { type: 'command', shell: `[ "$OWN" = ${secretOf(id)} ] && { ${told.join(' || ')}; }` }
    const task = { title: 'Check the secret', worker: check, maxAttempts: 1 }
    const { id: taskId } = answered(await api.post(`/api/agents/${id}/tasks`, task), 201)
    expect(await api.taskReaches(taskId, 'done', 'failed')).toMatchObject({ status: 'done' })
  }
}

/** Nothing is left that would wake anybody at once. */
export async function waitingWakes({ api }: Scene): Promise<Record<string, number>> {
  const { text } = await api.get('/metrics')
  const counts = [...text.matchAll(/^agentic_wakes\{state="([\w-]+)"\} (\d+)$/gm)]
  return Object.fromEntries(counts.map(([, state, count]) => [state, Number(count)]))
}
