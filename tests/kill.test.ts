import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFailed, test } from 'vitest'
import type { Api } from '../apps/server/test/api.ts'
import { answered } from './kill-story/answered.ts'
import {
  auditAgents,
  auditEvents,
  auditFirings,
  auditRuns,
  auditTasks,
  openTasks,
  type Scene,
  waitingWakes,
} from './kill-story/audit.ts'
import { ask, callers, cancel, follow, type Life } from './kill-story/callers.ts'
import { type AskedTask, createLedger, type Ledger, secretOf } from './kill-story/ledger.ts'
import { createRandom, type Random } from './kill-story/random.ts'
import { processesWith } from './processes.ts'
import { logLines, makeDataDir, type ServerProcess, spawnServer } from './server-process.ts'

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 30)
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

/** When a server is killed: at a part of the usual time of a start, or after so much was heard of it. */
type Doom =
  | { readonly type: 'start-up'; readonly part: number }
  | { readonly type: 'acknowledgement' | 'event'; readonly count: number }

test(
  'P8 P12 P13 P14 P16 P19 whatever is killed and whenever, nothing acknowledged is lost and nothing is done twice',
  {
    timeout: 180_000,
  },
  async () => {
    onTestFailed(() => void process.stderr.write(`repeat with KILL_SEED=${SEED} KILL_ROUNDS=${ROUNDS}\n`))
    await using folder = await makeDataDir()
    const dataDir = folder.path
    const random = createRandom(SEED)
    const ledger = createLedger(`k${process.pid}x${SEED}`)
    let startMs = 500

    for (let round = 0; round <= ROUNDS; round++) {
      await using server = spawnServer({ dataDir })
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

    await using server = spawnServer({ dataDir })
    await end({ api: await server.api, ledger, dataDir })
    await ringAndCancelDuringRun(await server.api, ledger)
    await kill(server, ledger)

    await using last = spawnServer({ dataDir })
    const scene: Scene = { api: await last.api, ledger, dataDir }
    await end(scene)
    const tasks = await auditTasks(scene)
    const runs = await auditRuns(scene, tasks)
    // Else this told nothing.
    expect(runs.filter(({ outcome }) => outcome.code === 'RUN_LOST').length).toBeGreaterThan(ROUNDS / 3)
    await auditFirings(scene, tasks)
    await auditEvents(scene, runs)
    await scene.api.send('DELETE', `/api/agents/${ledger.mark}-last`)
    await auditAgents(scene)
    await expect.poll(() => waitingWakes(scene), { timeout: 10_000 }).toMatchObject({ queued: 0, running: 0, dead: 0 })
    expect(await last.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(unusual(last.stderr())).toEqual([])
  },
)

function doomOf(random: Random): Doom {
  const fate = random.next()
  if (fate < 0.2) return { type: 'start-up', part: 0.2 + random.next() * 0.9 }
  return { type: fate < 0.6 ? 'acknowledgement' : 'event', count: random.between(1, 35) }
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
  let left = doom.count
  const heard = (what: 'acknowledgement' | 'event'): void => {
    if (what !== doom.type) return
    left -= 1
    if (left === 0) time.resolve()
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
  await Promise.race([time.promise, said, following])
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
  await expect.poll(() => processesWith(mark), { interval: 5, timeout: 5_000 }).toEqual([])
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
  await expect.poll(() => openTasks(scene), { interval: 250, timeout: 90_000 }).toEqual([])
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
