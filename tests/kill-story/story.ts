import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Api } from '../../apps/server/test/api.ts'
import { processesWith } from '../processes.ts'
import { fromSources, logLines, makeDataDir, type ServerProcess, spawnServer } from '../server-process.ts'
import { answered } from './answered.ts'
import {
  auditAgents,
  auditEvents,
  auditFirings,
  auditRuns,
  auditTasks,
  openTasks,
  type Scene,
  waitingWakes,
} from './audit.ts'
import { ask, callers, cancel, follow, type Life, resolveAll } from './callers.ts'
import { type AskedTask, createLedger, type Ledger, secretOf } from './ledger.ts'
import { createRandom, type Random } from './random.ts'
import { soon } from './soon.ts'

export interface StoryOptions {
  /** How many servers are killed under load. */
  readonly rounds: number
  /** Decides what is asked and when a server is killed; what a machine does in that time it does not. */
  readonly seed: number
  /**
   * Told before each round.
   * @default nobody is
   */
  readonly onRound?: ((round: number) => void) | undefined
}

/** How much of everything there was. */
export interface StoryReport {
  readonly tasks: number
  readonly runs: number
  /** Runs that a kill cut off. */
  readonly lostRuns: number
  readonly firings: number
  readonly events: number
  readonly deletedAgents: number
}

/** When a server is killed: at a part of the usual time of a start, some time after it, or after so much was heard of it. */
type Doom =
  | { readonly type: 'start-up'; readonly part: number }
  | { readonly type: 'moment'; readonly afterMs: number }
  | { readonly type: 'acknowledgement' | 'event'; readonly count: number }

/** Of a server that is killed at a moment; half of them do not live a quarter of it. */
const LONGEST_LIFE_MS = 1_500

const SERVER = fromSources(new URL('../../apps/server/test/function-server.ts', import.meta.url))

/**
 * Starts a server, lets callers loose on it, kills it, and does so again and again on one folder; then lets the last one
 * come to rest and looks from the outside whether everything that was acknowledged is there, once. Rejects at the first
 * thing that is not as it must be.
 */
export async function playKillStory({ rounds, seed, onRound = () => undefined }: StoryOptions): Promise<StoryReport> {
  await using folder = await makeDataDir()
  const dataDir = join(folder.path, 'data')
  const start = await starterOn(folder.path, dataDir)
  const random = createRandom(seed)
  const ledger = createLedger(`k${process.pid}x${seed}`)
  let startMs = 500

  for (let round = 0; round <= rounds; round++) {
    onRound(round)
    await using server = start()
    const doom = round === 0 ? undefined : doomOf(random)
    if (doom?.type === 'start-up') await delay(doom.part * startMs)
    else {
      const startedAt = performance.now()
      const api = await server.api
      startMs = performance.now() - startedAt
      if (doom === undefined) await setUp(api, ledger)
      else await live(server, { api, ledger, random }, doom)
    }
    await kill(server, ledger)
  }

  await using server = start()
  await end({ api: await server.api, ledger, dataDir })
  await ringAndCancelDuringRun(await server.api, ledger)
  await kill(server, ledger)

  await using last = start()
  const scene: Scene = { api: await last.api, ledger, dataDir }
  await end(scene)
  const report = await audit(scene)
  expect(await last.end('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(unusual(last.stderr())).toEqual([])
  return report
}

/** Starts servers on a folder, with the key of their secrets beside it. */
async function starterOn(folder: string, dataDir: string): Promise<() => ServerProcess> {
  const keyFile = join(folder, 'master-key')
  await writeFile(keyFile, 'f0'.repeat(32), { mode: 0o600 })
  const env = { AGENTIC_DATA_DIR: dataDir, AGENTIC_MASTER_KEY_FILE: keyFile }
  return () => spawnServer({ dataDir: folder, env, program: SERVER })
}

async function audit(scene: Scene): Promise<StoryReport> {
  const { api, ledger } = scene
  const tasks = await auditTasks(scene)
  const runs = await auditRuns(scene, tasks)
  const firings = await auditFirings(scene, tasks)
  await auditEvents(scene, runs)
  await api.send('DELETE', `/api/agents/${ledger.mark}-last`)
  await auditAgents(scene)
  const waiting = async (): Promise<void> =>
    expect(await waitingWakes(scene)).toMatchObject({ queued: 0, running: 0, dead: 0 })
  await soon(waiting, { withinMs: 10_000 })
  return {
    tasks: tasks.length,
    runs: runs.length,
    lostRuns: runs.filter(({ outcome }) => outcome.code === 'RUN_LOST').length,
    firings,
    events: ledger.told.size,
    deletedAgents: ledger.passing.length,
  }
}

function doomOf(random: Random): Doom {
  const fate = random.next()
  if (fate < 0.2) return { type: 'start-up', part: 0.2 + random.next() * 0.9 }
  if (fate < 0.5) return { type: 'moment', afterMs: random.next() ** 2 * LONGEST_LIFE_MS }
  return { type: fate < 0.75 ? 'acknowledgement' : 'event', count: random.between(1, 35) }
}

async function setUp(api: Api, ledger: Ledger): Promise<void> {
  ledger.isContained = !(await api.get('/readyz')).text.includes('env-only')
  const overlaps = { calm: 'queue', hasty: 'cancel' } as const
  const clocks = Object.keys(overlaps).map((name) => `${ledger.mark}-${name}`)
  for (const id of [...ledger.workers, ledger.patient, ...clocks]) {
    const mode = id === ledger.workers[0] ? 'active' : 'dormant'
    answered(await api.post('/api/agents', { id, mode }), 201)
    answered(await api.put(`/api/agents/${id}/secrets/OWN`, { value: secretOf(id), category: 'tool' }), 201)
  }
  for (const [name, overlap] of Object.entries(overlaps)) {
    const agentId = `${ledger.mark}-${name}`
    const shell = `sleep ${overlap === 'cancel' ? 0.9 : 0}; echo "$AGENTIC_RUN_ID" >>"$AGENTIC_TASK_ID"`
    const task = { title: name, worker: { type: 'command', shell }, maxAttempts: 1000 }
    const job = { name, schedule: { everySecs: 1 }, overlap, task }
    const { id } = answered(await api.post(`/api/agents/${agentId}/cron`, job), 201)
    ledger.jobs.push({ id, agentId })
  }
}

/** Lets all callers loose on a server until its time has come, and kills it under them. */
async function live(
  server: ServerProcess,
  { api, ledger, random }: Omit<Life, 'heard'>,
  doom: Exclude<Doom, { type: 'start-up' }>,
): Promise<void> {
  const time = Promise.withResolvers<void>()
  let isOver = false
  let count = 0
  const heard = (what: 'acknowledgement' | 'event'): void => {
    if (what !== doom.type) return
    count += 1
    if (count === doom.count) time.resolve()
  }
  const until = async (work: (life: Life) => Promise<void>, times: number): Promise<void> => {
    const life: Life = { api, ledger, heard, random: createRandom(random.between(0, 2 ** 31)) }
    try {
      for (let count = 0; count < times && !isOver; count++) await work(life)
    } catch (error) {
      // What was under way when the server was killed gets no answer.
      if (!isOver || !isCutOff(error)) throw error
    }
  }
  const following = until(follow, 1)
  const calling = Promise.all(callers.map(({ act, times }) => until(act, times)))
  // Should all be said before: some time later.
  const said = calling.then(() => delay(random.between(0, 600)))
  const moment = doom.type === 'moment' ? [delay(doom.afterMs)] : []
  await Promise.race([time.promise, said, following, ...moment])
  isOver = true
  await kill(server, ledger)
  await Promise.all([following, calling])
}

/** Whether an error says that the server went away: fetch answers a TypeError, a stream that is read the system's code. */
function isCutOff(error: unknown): boolean {
  if (error instanceof TypeError) return true
  return error instanceof Error && 'code' in error && ['ECONNRESET', 'ECONNREFUSED'].includes(String(error.code))
}

async function kill(server: ServerProcess, { mark, isContained }: Ledger): Promise<void> {
  expect(await server.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  expect(unusual(server.stderr())).toEqual([])
  // Only namespaces take commands along with a server that is given no time.
  if (!isContained) for (const { id } of await processesWith(mark)) process.kill(id, 'SIGKILL')
  const gone = async (): Promise<void> => expect(await processesWith(mark)).toEqual([])
  await soon(gone, { withinMs: 5_000, everyMs: 5 })
}

/** What a server logged that it should have no reason to. */
function unusual(stderr: string): readonly string[] {
  const lines = logLines(stderr).filter(({ level, msg }) => level >= 40 && !msg.startsWith('an earlier process died'))
  return lines.map((line) => JSON.stringify(line))
}

/** Asks again for what may not have been heard, stops what would go on for ever, and waits until all is done. */
async function end(scene: Scene): Promise<void> {
  const { api, ledger } = scene
  const heard = (): void => undefined
  for (const task of ledger.tasks) await ask({ api, ledger, heard }, task)
  for (const { id } of ledger.jobs) answered(await api.send('PATCH', `/api/cron/${id}`, { enabled: false }), 200)
  for (const task of ledger.tasks)
    if (task.kind === 'long' && task.cancel !== 'stopping') await cancel({ api, ledger, heard }, task)
  for (const agent of ledger.passing) {
    answered(
      await api.send('DELETE', `/api/agents/${agent.id}`),
      ...(agent.deletion === 'acknowledged' ? [404] : [204, 404]),
    )
  }
  const atRest = async (): Promise<void> => {
    await resolveAll({ api, ledger, heard })
    expect(await openTasks(scene)).toEqual([])
  }
  await soon(atRest, { withinMs: 90_000 })
}

/**
 * Rings during a run are one more run after it: of many, the first alone is news. And a cancellation that was
 * acknowledged holds, though there is no time left for it.
 */
async function ringAndCancelDuringRun(api: Api, ledger: Ledger): Promise<void> {
  const heard = (): void => undefined
  const task: AskedTask = { key: `key-${ledger.tasks.length}`, agentId: ledger.patient, kind: 'long' }
  ledger.tasks.push(task)
  await ask({ api, ledger, heard }, task)
  await api.taskReaches(task.taskId ?? '', 'in-progress')
  const rings = await Promise.all(Array.from({ length: 20 }, () => api.post(`/api/agents/${task.agentId}/wake`)))
  const statuses = rings.map(({ body }) => body.status as string)
  expect(statuses.toSorted()).toEqual([...Array<string>(19).fill('coalesced'), 'queued'])
  await cancel({ api, ledger, heard }, task)
  expect(task.cancel).toBe('stopping')
}
