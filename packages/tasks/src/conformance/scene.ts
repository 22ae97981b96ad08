import assert from 'node:assert/strict'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import type { NewTask, TaskStore } from '../task-store.ts'
import type { Claim, Task } from '../task.ts'

/** What a rule decides about the store that it is given. */
export interface TaskStoreConditions {
  /** The only time there is, in milliseconds; it moves when the rule moves it. */
  readonly clock: () => number
  /** How long a failed task waits after so many attempts, in milliseconds. */
  readonly backoffMs: (attempts: number) => number
  /** The longest wait that a rate limit may ask for and be waited out once; none when it is not said. */
  readonly rateLimitMaxWaitMs?: number | undefined
}

/** Opens a new and empty store under these conditions. Closing it is the test's affair. */
export type OpenTaskStore = (conditions: TaskStoreConditions) => Promise<TaskStore>

/** A promise that every adapter keeps; `check` rejects when it is broken. */
export interface TaskStoreRule {
  readonly name: string
  readonly check: (open: OpenTaskStore) => Promise<void>
}

export interface Scene {
  readonly store: TaskStore
  /** Lets time pass. */
  readonly pass: (ms: number) => void
  readonly now: () => number
  readonly create: (fields?: Partial<NewTask>) => Promise<Task>
  readonly claim: (agentId?: string) => Promise<Claim>
  /** Creates a task, claims it and settles it. */
  readonly run: (outcome: WorkerOutcome, fields?: Partial<NewTask>) => Promise<Claim>
}

export const AGENT = 'agent-1'
export const OTHER = 'agent-2'
export const LEASE = { leaseMs: 10_000 }
export const START = 1_700_000_000_000
export const BACKOFF_MS = 1000

export const success: WorkerOutcome = { type: 'success', result: 'done' }
export const failed: WorkerOutcome = { type: 'failed', code: 'BROKE', message: 'it broke', retryable: true }
export const hopeless: WorkerOutcome = { ...failed, retryable: false }
export const cancelled: WorkerOutcome = { type: 'cancelled', reason: 'asked to' }
export const timeout: WorkerOutcome = {
  type: 'timeout',
  elapsedMs: 5,
  limit: 'stall',
  segments: 1,
  partialResult: 'half',
}
export const blocked: Extract<WorkerOutcome, { type: 'blocked' }> = {
  type: 'blocked',
  block: { type: 'captcha', provider: 'example' },
  url: 'https://example.com/',
  evidence: { finalUrl: 'https://example.com/check', status: 403, signals: ['a captcha form'] },
}

/** Makes a rule; what it sets beyond the usual conditions is its last parameter. */
export function rule(
  name: string,
  check: (scene: Scene) => Promise<void>,
  conditions: Partial<TaskStoreConditions> = {},
): TaskStoreRule {
  return { name, check: async (open) => check(await setScene(open, conditions)) }
}

async function setScene(open: OpenTaskStore, conditions: Partial<TaskStoreConditions>): Promise<Scene> {
  let time = START
  const now = (): number => time
  const store = await open({ clock: now, backoffMs: (attempts) => attempts * BACKOFF_MS, ...conditions })
  const scene: Scene = {
    store,
    now,
    pass: (ms) => {
      time += ms
    },
    create: async (fields) =>
      (await store.create({ agentId: AGENT, title: 'Task', worker: { type: 'function', name: 'f' }, ...fields })).task,
    claim: async (agentId = AGENT) => {
      const claim = await store.claimNextReady(agentId, LEASE)
      assert.ok(claim, `${agentId} has a task to claim`)
      return claim
    },
    run: async (outcome, fields) => {
      const { id, agentId } = await scene.create({ priority: 1000, ...fields })
      const claim = await scene.claim(agentId)
      assert.equal(claim.task.id, id)
      await store.settle(claim, { outcome })
      return claim
    },
  }
  return scene
}

export function invalid(field: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error && 'code' in error, `an error with a code for ${field}`)
    assert.equal(error.code, 'TASK_INVALID')
    assert.ok(error.message.startsWith(`${field}: `), `${error.message} names ${field}`)
    return true
  }
}

/** Reads a list to its end, two at a time. */
export async function allPages<Item>(
  read: (options: { limit: number; cursor?: string }) => Promise<{
    readonly items: readonly Item[]
    readonly nextCursor?: string | undefined
  }>,
): Promise<(readonly Item[])[]> {
  const pages: (readonly Item[])[] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor === undefined ? { limit: 2 } : { limit: 2, cursor })
    pages.push(page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return pages
}
