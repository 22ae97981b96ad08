import type { Alongside, EmbeddedStore, Operation } from '@agentic/embedded-store'
import { MemoryError } from '../errors.ts'
import type { Memory } from '../memory.ts'
import type { KnowledgeChange } from '../memory-store.ts'
import { type AgentState, keyOf, type MemoryChange, operationsOf } from './rows.ts'

/** One step on an agent's memories, that no other caller sees half of. */
export interface Turn {
  readonly agentId: string
  readonly at: number
  /** Takes the next knowledge version: each memory that changes has one of its own. */
  nextVersion(): number
  /** Rejects with MEMORY_LIMIT when one more memory would be too many. */
  assertRoom(): void
  /** Writes the changes, all that belongs to them and what else is given in one batch, and tells of them. */
  commit(changes: readonly MemoryChange[], furtherOperations?: readonly Operation[]): Promise<void>
  /** The same, and tells nobody. */
  commitUntold(changes: readonly MemoryChange[], furtherOperations: readonly Operation[]): Promise<void>
}

export interface TurnOptions {
  readonly clock: () => number
  readonly mostMemories: number
  readonly alongside: ((changes: readonly KnowledgeChange[]) => Alongside) | undefined
}

/** Every read-decide-write of an agent's memories takes its turn here; agents do not wait for each other. */
export async function inTurn<Result>(
  store: EmbeddedStore,
  agentId: string,
  { clock, mostMemories, alongside }: TurnOptions,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> {
  return store.exclusive(`memory:${agentId}`, async () => {
    const at = Math.max(0, Math.floor(clock()))
    const state = await store.get<AgentState>(keyOf.agent(agentId))
    let version = state?.version ?? 0
    async function write(
      changes: readonly MemoryChange[],
      furtherOperations: readonly Operation[],
      told: readonly KnowledgeChange[],
    ): Promise<void> {
      // No waiting from here to the write: what counts its calls, such as a log of events, is on disk in that order.
      const more = told.length > 0 ? alongside?.(told) : undefined
      await store.write([
        ...changes.flatMap(operationsOf),
        ...stateOperations(agentId, state, version, changes),
        ...furtherOperations,
        ...(more?.operations ?? []),
      ])
      more?.onWritten?.()
    }

    return work({
      agentId,
      at,
      nextVersion() {
        version = Math.max(version + 1, at)
        return version
      },
      assertRoom() {
        if ((state?.memories ?? 0) < mostMemories) return
        throw new MemoryError(
          'MEMORY_LIMIT',
          `the agent has ${mostMemories} memories, the most it may: delete some, or have its memory maintained`,
        )
      },
      commit: (changes, furtherOperations = []) => write(changes, furtherOperations, changes.flatMap(changesToTell)),
      commitUntold: (changes, furtherOperations) => write(changes, furtherOperations, []),
    })
  })
}

function stateOperations(
  agentId: string,
  state: AgentState | undefined,
  version: number,
  changes: readonly MemoryChange[],
): Operation[] {
  const added = changes.reduce((sum, { before, after }) => sum + presence(after) - presence(before), 0)
  if (version === (state?.version ?? 0)) return []
  const next: AgentState = { since: state?.since ?? version, version, memories: (state?.memories ?? 0) + added }
  return [{ type: 'put', key: keyOf.agent(agentId), value: next }]
}

function presence(memory: Memory | undefined): 0 | 1 {
  return memory !== undefined && memory.deletion === undefined ? 1 : 0
}

function changesToTell({ before, after }: MemoryChange): KnowledgeChange[] {
  if (after === undefined) {
    return before === undefined || presence(before) === 0
      ? []
      : [{ type: 'memory-erased', agentId: before.agentId, memoryId: before.id }]
  }
  if (before === undefined) return [{ type: 'memory-created', memory: after }]
  if (before.version === after.version) return []
  if (presence(before) === presence(after)) return [{ type: 'memory-updated', memory: after }]
  return [{ type: after.deletion === undefined ? 'memory-restored' : 'memory-deleted', memory: after }]
}
