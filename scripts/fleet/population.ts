import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AgentStore, createEmbeddedAgentStore } from '../../packages/agents/src/index.ts'
import { createEmbeddedCronStore, createScheduler, type Scheduler } from '../../packages/cron/src/index.ts'
import { openLevelStore } from '../../packages/embedded-store/src/adapters/level.ts'
import { openEmbeddedEventLog } from '../../packages/events/src/index.ts'
import { createEmbeddedMemoryStore, type MemoryStore } from '../../packages/memory/src/index.ts'
import { openSecretStore } from '../../packages/secrets/src/adapters/level.ts'
import { agentScope, generateRootKey, keyFromFile, type SecretStore } from '../../packages/secrets/src/index.ts'
import { openDataFolder } from '../../apps/server/src/system/data-folder.ts'
import { eventOfAgentChange } from '../../apps/server/src/system/tell-events.ts'
import { sizeOf } from './folder-size.ts'
import { showProgress } from './progress.ts'

/** A folder that a server can be started on, with so many dormant agents in it. */
export interface Population {
  readonly agents: number
  readonly dataDir: string
  readonly masterKeyFile: string
}

export interface PopulationReport {
  readonly agents: number
  /** How many of them this call made; the others were there. */
  readonly made: number
  readonly seconds: number
  /** What the folder takes on the disk. */
  readonly bytes: number
}

/** So many agents are made at once: each of their stores then has a few batches for all of them. */
const CHUNK = 1000

const DAY_MS = 86_400_000

/** The first due time of a job is so far away that none comes while anything is measured. */
const FIRST_DUE_DAYS = 60
const DUE_WITHIN_DAYS = 180

export const agentIdOf = (index: number): string => `sleeper-${String(index).padStart(7, '0')}`

/** Where a population lies; the key is beside the data, as an operator would have it. */
export function populationIn(folder: string, agents: number): Population {
  return { agents, dataDir: join(folder, 'data'), masterKeyFile: join(folder, 'master-key') }
}

/**
 * Makes dormant agents through the libraries, each with two secrets in an encrypted store, a memory and a cron job. What
 * an earlier call made is not made again, whenever it ended.
 */
export async function populate(population: Population): Promise<PopulationReport> {
  const startedAt = performance.now()
  const { agents: from, since } = await madeBefore(population)
  const progress = showProgress('making agents', population.agents)
  {
    await using stores = await openStores(population)
    for (let first = from; first < population.agents; first += CHUNK) {
      progress.at(first)
      const last = Math.min(first + CHUNK, population.agents)
      await makeAgents(
        stores,
        Array.from({ length: last - first }, (_, index) => first + index),
        since,
      )
      await noteMade(population, { agents: last, since })
    }
  }
  progress.at(population.agents)
  progress.end()
  return {
    agents: population.agents,
    made: population.agents - from,
    seconds: (performance.now() - startedAt) / 1000,
    bytes: await sizeOf(population.dataDir),
  }
}

interface Stores extends AsyncDisposable {
  readonly agents: AgentStore
  readonly secrets: SecretStore
  readonly memory: MemoryStore
  readonly scheduler: Scheduler
}

/** The same stores in the same places as the server's, and the same events told. */
async function openStores({ dataDir, masterKeyFile }: Population): Promise<Stores> {
  await using opened = new AsyncDisposableStack()
  const folder = await openDataFolder(dataDir)
  await makeKey(masterKeyFile)
  const store = opened.use(await openLevelStore(folder.storePath))
  const secrets = opened.use(await openSecretStore(folder.secretsPath))
  const key = keyFromFile(masterKeyFile)
  await (secrets.state() === 'unencrypted' ? secrets.enable(key) : secrets.unlock(key))
  const events = opened.use(await openEmbeddedEventLog(store))
  // It is never opened, so it fires nothing.
  const scheduler = opened.use(createScheduler({ store: createEmbeddedCronStore(store), start: async () => undefined }))
  const agents = createEmbeddedAgentStore(store, {
    alongside: (change) => events.prepareAppend([eventOfAgentChange(change)]),
  })
  const closing = opened.move()
  return {
    agents,
    secrets,
    memory: createEmbeddedMemoryStore(store),
    scheduler,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** Makes those agents that are not there; each store's writes share a few batches. */
async function makeAgents(
  { agents, secrets, memory, scheduler }: Stores,
  indexes: readonly number[],
  since: number,
): Promise<void> {
  const ids = indexes.map(agentIdOf)
  await Promise.all([
    ...ids.map((id) => agents.create({ id })),
    secrets.import({ version: 1, entries: ids.flatMap(secretsOf) }),
    ...ids.map((agentId) =>
      memory.save({ agentId, kind: 'preference', content: `${agentId} wants its reports in the morning` }),
    ),
    ...ids.map((id, place) => scheduler.create(id, jobOf(indexes[place] ?? 0, since))),
  ])
}

function secretsOf(agentId: string): object[] {
  const scope = agentScope(agentId)
  return ['LOGIN_NAME', 'LOGIN_PASSWORD'].map((name) => ({
    scope,
    name,
    value: `${name.toLowerCase()}-of-${agentId}`,
    category: 'tool',
  }))
}

/** Once a year, at a minute of its own. */
function jobOf(index: number, since: number) {
  const minutes = (DUE_WITHIN_DAYS * DAY_MS) / 60_000
  const first = new Date(since + FIRST_DUE_DAYS * DAY_MS + ((index * 7919) % minutes) * 60_000)
  const [day, month] = [Math.min(first.getUTCDate(), 28), first.getUTCMonth() + 1]
  const expression = `${first.getUTCMinutes()} ${first.getUTCHours()} ${day} ${month} *`
  return {
    name: 'yearly',
    schedule: { type: 'cron', expression, timeZone: 'UTC' },
    task: { title: 'Yearly report', worker: { type: 'command', argv: ['true'] } },
    // Of an agent that is there already, the job of then stays.
    idempotencyKey: 'yearly',
  } as const
}

async function makeKey(path: string): Promise<void> {
  const key = generateRootKey()
  await writeFile(path, key, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}

/** What is known of a population between two calls. */
interface Note {
  readonly agents: number
  /** When the first call was made: what is made again must be the same. */
  readonly since: number
}

const notePath = ({ dataDir }: Population): string => join(dataDir, '..', 'population.json')

async function madeBefore(population: Population): Promise<Note> {
  await mkdir(population.dataDir, { recursive: true, mode: 0o700 })
  const text = await readFile(notePath(population), 'utf8').catch(() => undefined)
  if (text !== undefined) return JSON.parse(text) as Note
  const note: Note = { agents: 0, since: Date.now() }
  await noteMade(population, note)
  return note
}

/** After the agents are there: should this be lost, they are made again, which changes nothing. */
async function noteMade(population: Population, note: Note): Promise<void> {
  const path = notePath(population)
  await writeFile(`${path}.new`, JSON.stringify(note))
  await rename(`${path}.new`, path)
}
