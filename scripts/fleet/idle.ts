import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeDataDir, type ServerProcess, spawnServer } from '../../tests/server-process.ts'
import { type AskReport, compareAsks } from './asks.ts'
import type { Population } from './population.ts'
import { costOf, type ProcessCost } from './process-cost.ts'
import { showProgress } from './progress.ts'
import { medianOf } from './spread.ts'

export interface IdleOptions {
  readonly population: Population
  /** How many times each server is started; the median counts. */
  readonly starts: number
  /** How long each is watched while nobody asks anything of it, in seconds. */
  readonly seconds: number
}

/** What one server did with nothing to do. */
export interface IdleReport {
  readonly startMs: number
  readonly rssBytes: number
  readonly ownBytes: number
  /** While it was watched. */
  readonly cpuMs: number
  readonly sleeps: number
  readonly openFiles: number
}

export interface IdleComparison {
  readonly empty: IdleReport
  readonly full: IdleReport
  /** What both were asked afterwards. */
  readonly asks: readonly AskReport[]
}

/** From the start to the first numbers: what the start itself leaves behind is collected by then. */
const SETTLE_MS = 3_000

const BUILT = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url))

/** Starts the real server on an empty folder and on a population, in turns, and watches both while they are idle. */
export async function compareIdle({ population, starts, seconds }: IdleOptions): Promise<IdleComparison> {
  await using emptyFolder = await makeDataDir()
  const program = existsSync(BUILT) ? [BUILT] : undefined
  const startEmpty = () => spawnServer({ dataDir: emptyFolder.path, program })
  const startFull = () =>
    spawnServer({
      dataDir: population.dataDir,
      env: { AGENTIC_MASTER_KEY_FILE: population.masterKeyFile },
      program,
    })
  const progress = showProgress('starting servers', 2 * starts)
  const times: { readonly empty: number[]; readonly full: number[] } = { empty: [], full: [] }
  // The first start makes the files of an empty folder, and sorts what was written last into those of a full one.
  for (const start of [startEmpty, startFull]) await startedIn(start)
  for (let round = 0; round < starts; round++) {
    progress.at(2 * round)
    times.empty.push(await startedIn(startEmpty))
    progress.at(2 * round + 1)
    times.full.push(await startedIn(startFull))
  }
  progress.at(2 * starts)
  progress.end()

  await using empty = startEmpty()
  await using full = startFull()
  const [watchedEmpty, watchedFull] = await watch([empty, full], seconds)
  return {
    empty: { startMs: medianOf(times.empty), ...watchedEmpty! },
    full: { startMs: medianOf(times.full), ...watchedFull! },
    asks: await compareAsks(await empty.api, await full.api),
  }
}

/** How long a start takes, in milliseconds; the server ends as an operator would end it. */
async function startedIn(start: () => ServerProcess): Promise<number> {
  const startedAt = performance.now()
  await using server = start()
  await server.url
  const elapsedMs = performance.now() - startedAt
  await server.end('SIGTERM')
  return elapsedMs
}

async function watch(
  servers: readonly ServerProcess[],
  seconds: number,
): Promise<readonly Omit<IdleReport, 'startMs'>[]> {
  await Promise.all(servers.map(({ url }) => url))
  await delay(SETTLE_MS)
  const costs = (): Promise<ProcessCost[]> => Promise.all(servers.map(({ pid }) => costOf(pid)))
  const before = await costs()
  const progress = showProgress('watching idle servers', seconds)
  for (let second = 0; second < seconds; second++) {
    progress.at(second)
    await delay(1000)
  }
  progress.at(seconds)
  progress.end()
  return (await costs()).map((after, place) => ({
    rssBytes: after.rssBytes,
    ownBytes: after.ownBytes,
    cpuMs: after.cpuMs - before[place]!.cpuMs,
    sleeps: after.sleeps - before[place]!.sleeps,
    openFiles: after.openFiles,
  }))
}
