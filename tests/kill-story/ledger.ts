import type { StreamedEvent } from '../../apps/server/test/api.ts'

/**
 * `append` and `slow` write their run's id to a file and succeed; `fail` writes it and fails; `long` never ends by itself.
 * Functions of the server do the same: `note` succeeds, `block` is blocked unless an earlier run wrote its id.
 */
export type TaskKind = 'append' | 'slow' | 'fail' | 'long' | 'note' | 'block'

export interface AskedTask {
  readonly key: string
  readonly agentId: string
  readonly kind: TaskKind
  /** Known once the server has acknowledged it. */
  taskId?: string
  /** `cancelled` and `stopping` are what the server answered. */
  cancel?: 'asked' | 'cancelled' | 'stopping'
  /** What a person decided of its escalation, and whether the server acknowledged that. */
  resolution?: { readonly action: 'retry' | 'abandon'; isAcknowledged: boolean }
}

/** An agent that is made to be deleted. */
export interface PassingAgent {
  readonly id: string
  taskId?: string
  deletion?: 'asked' | 'acknowledged'
}

export interface Job {
  readonly id: string
  readonly agentId: string
}

/** What was asked of the servers, and what they acknowledged: the only thing that outlives them all, beside their data. */
export interface Ledger {
  /** In every id of an agent, and so in the environment of every command. */
  readonly mark: string
  /** Work on what comes. */
  readonly workers: readonly string[]
  /** Does tasks that end only when they are cancelled. */
  readonly patient: string
  readonly jobs: Job[]
  readonly tasks: AskedTask[]
  readonly passing: PassingAgent[]
  /** What an agent's secret `TOLD` can be by now: what was acknowledged last, and what was asked for since. */
  readonly secrets: Map<string, readonly string[]>
  /** What a follower was told, by its id, over all servers. */
  readonly told: Map<number, StreamedEvent>
  lastEventId: number
  /** Whether commands run in namespaces of their own here. */
  isContained: boolean
}

export function createLedger(mark: string): Ledger {
  return {
    mark,
    workers: ['alice', 'bob', 'carol'].map((name) => `${mark}-${name}`),
    patient: `${mark}-patient`,
    jobs: [],
    tasks: [],
    passing: [],
    secrets: new Map(),
    told: new Map(),
    lastEventId: 0,
    isContained: true,
  }
}

/** The one content of a task that is asked for, however often it is. */
export function bodyOf({ key, kind }: AskedTask, mark: string): object {
  // A lost run is an attempt: only what fails by itself may come to the end of them.
  const maxAttempts = kind === 'fail' ? 2 : 1000
  if (kind === 'note' || kind === 'block') return { title: key, worker: { type: 'function', name: kind }, maxAttempts }
  const write = 'echo "$AGENTIC_RUN_ID" >>"$AGENTIC_TASK_ID"'
  const shells: Readonly<Record<typeof kind, string>> = {
    append: write,
    slow: `sleep 0.2; ${write}`,
    fail: `${write}; exit 7`,
    long: `sleep 86392; : ${mark}`,
  }
  return { title: key, worker: { type: 'command', shell: shells[kind] }, maxAttempts }
}

/** Stands for a secret that is not there. */
export const NO_SECRET = 'no-secret'

export function secretOf(agentId: string): string {
  return `the-own-secret-of-${agentId}`
}
