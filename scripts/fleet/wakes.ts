import { setTimeout as delay } from 'node:timers/promises'
import { fromSources, makeDataDir, spawnServer } from '../../tests/server-process.ts'
import { createRandom, type Random } from '../../tests/kill-story/random.ts'
import { createMemoryStore, type EmbeddedStore, key } from '../../packages/embedded-store/src/index.ts'
import { openLevelStore } from '../../packages/embedded-store/src/adapters/level.ts'
import { createEmbeddedWakeStore, createWakeManager } from '../../packages/wake/src/index.ts'
import { agentIdOf, type Population } from './population.ts'
import { showProgress } from './progress.ts'
import { quantileOf } from './spread.ts'

export interface WakesOptions {
  readonly population: Population
  /** How long each of the measurements takes, in seconds. */
  readonly seconds: number
  readonly seed: number
}

/** How long it took from ringing to the start of the agent's work, in milliseconds. */
export interface Latency {
  readonly wakesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface WakesReport {
  /** With so many callers as it takes to keep it busy, each ringing again as soon as its agent has started. */
  readonly most: Latency
  /** With nothing else to do. */
  readonly idle: Latency
  /** At half of the most, arriving at random. */
  readonly loaded: Latency
}

/** Something that gets agents up, durably. */
interface Doorbell {
  /** Resolves when the agent's work has started. */
  ring(agentId: string): Promise<void>
}

const IDLE_PER_SECOND = 20

/** Rings a million agents at random, in this process and through a real server, and says how soon they get up. */
export async function measureWakes(options: WakesOptions): Promise<Readonly<Record<string, WakesReport>>> {
  const { population } = options
  const durable = openLevelStore.bind(undefined, `${population.dataDir}/store`)
  return {
    'through the library, in memory': await withLibraryBell(createMemoryStore, (bell) =>
      measureBell('library, in memory', bell, { ...options, callers: 256, loadedPerSecond: 50_000 }),
    ),
    'a raw synced row on the same disk, for comparison': await withFloor(durable, (bell) =>
      measureBell('disk alone', bell, { ...options, callers: 256 }),
    ),
    'through the library, durable': await withLibraryBell(durable, (bell) =>
      measureBell('library', bell, { ...options, callers: 256 }),
    ),
    'through a server, durable': await withServerBell(population, (bell) =>
      measureBell('server', bell, { ...options, callers: 32 }),
    ),
  }
}

interface BellOptions extends WakesOptions {
  readonly callers: number
  /** @default half of the most */
  readonly loadedPerSecond?: number | undefined
}

async function measureBell(
  name: string,
  bell: Doorbell,
  { population, seconds, seed, callers, loadedPerSecond }: BellOptions,
): Promise<WakesReport> {
  const random = createRandom(seed)
  const next = (): string => agentIdOf(random.between(0, population.agents - 1))
  const progress = showProgress(`ringing: ${name}`, 3)
  progress.at(0)
  await ringInTurns(bell, next, callers, 1)
  const most = await ringInTurns(bell, next, callers, seconds)
  progress.at(1)
  const idle = await ringAtRandom(bell, next, random, IDLE_PER_SECOND, seconds)
  progress.at(2)
  const loaded = await ringAtRandom(bell, next, random, loadedPerSecond ?? most.wakesPerSecond / 2, seconds)
  progress.at(3)
  progress.end()
  return { most, idle, loaded }
}

async function ringInTurns(bell: Doorbell, next: () => string, callers: number, seconds: number): Promise<Latency> {
  const startedAt = performance.now()
  const times: number[] = []
  const call = async (): Promise<void> => {
    while (performance.now() - startedAt < seconds * 1000) times.push(await timeOf(bell, next()))
  }
  await Promise.all(Array.from({ length: callers }, call))
  return latencyOf(times, performance.now() - startedAt)
}

/** Rings without waiting for those before, as strangers do: the pauses between are of no memory. */
async function ringAtRandom(
  bell: Doorbell,
  next: () => string,
  random: Random,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const startedAt = performance.now()
  const rings: Promise<number>[] = []
  for (let dueMs = 0; dueMs < seconds * 1000; dueMs += (-Math.log(1 - random.next()) / perSecond) * 1000) {
    await untilMs(startedAt + dueMs)
    rings.push(timeOf(bell, next()))
  }
  return latencyOf(await Promise.all(rings), performance.now() - startedAt)
}

/** A timer is late by a millisecond or so: the last of the way goes turn by turn. */
async function untilMs(instant: number): Promise<void> {
  if (instant - performance.now() > 4) await delay(instant - performance.now() - 2)
  while (performance.now() < instant) await new Promise((resolve) => setImmediate(resolve))
}

async function timeOf(bell: Doorbell, agentId: string): Promise<number> {
  const rungAt = performance.now()
  await bell.ring(agentId)
  return performance.now() - rungAt
}

function latencyOf(times: readonly number[], elapsedMs: number): Latency {
  return {
    wakesPerSecond: times.length / (elapsedMs / 1000),
    p50Ms: quantileOf(times, 0.5),
    p99Ms: quantileOf(times, 0.99),
  }
}

/** Who waits for what, by a name. */
class Waiting {
  readonly #waiting = new Map<string, PromiseWithResolvers<void>[]>()

  for(name: string): Promise<void> {
    const one = Promise.withResolvers<void>()
    this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), one])
    return one.promise
  }

  tell(name: string): void {
    for (const { resolve } of this.#waiting.get(name) ?? []) resolve()
    this.#waiting.delete(name)
  }
}

/** What no design can beat: the ring as a raw row on the same disk. */
async function withFloor<Result>(
  open: () => Promise<EmbeddedStore>,
  work: (bell: Doorbell) => Promise<Result>,
): Promise<Result> {
  await using store = await open()
  const row = key('floor')
  const result = await work({ ring: (agentId) => store.write([{ type: 'put', key: row, value: agentId }]) })
  await store.write([{ type: 'delete', key: row }])
  return result
}

/** The wake manager over a store: a start is the call of its handler. */
async function withLibraryBell<Result>(
  open: () => EmbeddedStore | Promise<EmbeddedStore>,
  work: (bell: Doorbell) => Promise<Result>,
): Promise<Result> {
  const waiting = new Waiting()
  await using store = await open()
  await using manager = createWakeManager({
    store: createEmbeddedWakeStore(store),
    handler: async ({ agentId }) => waiting.tell(agentId),
  })
  await manager.open()
  return await work({
    async ring(agentId) {
      const started = waiting.for(agentId)
      await manager.fire(agentId, { type: 'manual' })
      await started
    },
  })
}

const SERVER = fromSources(new URL('../../apps/server/test/function-server.ts', import.meta.url))

/** A real server: a task that is given is a ring, and the start is the event that tells of its run, as it arrives here. */
async function withServerBell<Result>(
  { dataDir, masterKeyFile }: Population,
  work: (bell: Doorbell) => Promise<Result>,
): Promise<Result> {
  const waiting = new Waiting()
  await using cwd = await makeDataDir()
  const env = { AGENTIC_DATA_DIR: dataDir, AGENTIC_MASTER_KEY_FILE: masterKeyFile }
  await using server = spawnServer({ dataDir: cwd.path, env, program: SERVER })
  const api = await server.api
  /** The event of a start names the task alone; that of its making came before. */
  const titles = new Map<string, string>()
  const follow = async (): Promise<void> => {
    for await (const { type, data } of api.events()) {
      if (type === 'task-created') titles.set(data.data.task.id, data.data.task.title)
      if (type !== 'run-started') continue
      waiting.tell(titles.get(data.data.run.taskId) ?? '')
      titles.delete(data.data.run.taskId)
    }
  }
  const following = follow().catch(() => undefined)
  let count = 0
  const result = await work({
    async ring(agentId) {
      const title = `ring ${(count += 1)}`
      const started = waiting.for(title)
      const { status, text } = await api.post(`/api/agents/${agentId}/tasks`, {
        title,
        worker: { type: 'function', name: 'nothing' },
      })
      if (status !== 201) throw new Error(`a task was answered with ${status}: ${text}`)
      await started
    },
  })
  await server.end('SIGTERM')
  await following
  return result
}
