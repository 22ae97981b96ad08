import {
  type ActiveLoop,
  type Breaker,
  type BreakerChange,
  createBreaker,
  createEmbeddedBreakerStore,
  type Janitor,
} from '@agentic/cortex'
import type { EmbeddedStore } from '@agentic/embedded-store'
import type { TaskStore } from '@agentic/tasks'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { AgentMemory } from './agent-memory.ts'
import { createAssociator } from './associate-memories.ts'
import { createMemoryJanitor } from './memory-janitor.ts'
import { createTaskRetention, type TaskRetention } from './task-retention.ts'

export interface UpkeepOptions {
  readonly config: Config
  readonly store: EmbeddedStore
  readonly tasks: TaskStore
  readonly memory: AgentMemory
  /** Removes the files of a run whose task is to go; the task stays when it rejects. */
  readonly forgetRun: (agentId: string, runId: string) => Promise<unknown>
  readonly onBreakerChange: (change: BreakerChange) => void
  readonly log: Logger
}

/** What is done now and then without anybody asking. None of it ever calls a language model. */
export interface Upkeep {
  readonly breaker: Breaker
  /** Of active agents. */
  readonly loops: readonly ActiveLoop[]
  readonly janitor: Janitor
  readonly retention: TaskRetention
  open(): Promise<void>
  close(): Promise<void>
  deleteAgent(agentId: string): Promise<void>
}

const WARM_UP_MS = 900_000
const ASSOCIATE_MS = 300_000

export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { config, store, tasks, memory, forgetRun, onBreakerChange, log } = options
  const breaker = createBreaker({
    store: createEmbeddedBreakerStore(store),
    threshold: config.breakerFailures === 0 ? Number.MAX_SAFE_INTEGER : config.breakerFailures,
    coolDownMs: config.breakerSecs * 1000,
    onChange: onBreakerChange,
  })
  const associator = createAssociator(store, memory.store)
  const janitor = createMemoryJanitor({
    rows: store,
    memories: memory.store,
    isScheduled: config.janitor,
    intervalMs: config.janitorIntervalSecs * 1000,
    agentLimitMs: config.janitorAgentSecs * 1000,
    onFailed: ({ agentId, error }) => log.warn({ err: error, agentId }, 'the janitor could not look after an agent'),
    onRoundEnded: (round) => log.info(round, 'the janitor has been with all agents'),
  })
  const retention = createTaskRetention({
    tasks,
    keepMs: config.taskKeepSecs * 1000,
    forgetRun,
    onFailed: (error) => log.warn({ err: error }, 'tasks that ended long ago could not be removed; it is tried again'),
  })

  return {
    breaker,
    loops: [
      // What an active agent knows is at hand when it is woken.
      {
        name: 'warm-up',
        everyMs: WARM_UP_MS,
        turn: async (agentId) => void (await memory.renderedBulletins.get(agentId)),
      },
      { name: 'associations', everyMs: ASSOCIATE_MS, turn: associator.associate },
    ],
    janitor,
    retention,
    async open() {
      await janitor.open()
      retention.open()
    },
    async close() {
      await Promise.all([janitor.close(), retention.close()])
    },
    async deleteAgent(agentId) {
      await breaker.deleteAgent(agentId)
      await associator.deleteAgent(agentId)
    },
  }
}
