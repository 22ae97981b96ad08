import { type EmbeddedStore, key, type Operation, under } from '@agentic/embedded-store'
import type { Run } from '@agentic/tasks'
import * as v from 'valibot'

/** What runs of a language model used up. */
export interface Usage {
  readonly runs: number
  readonly modelCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the runs whose costs are known. */
  readonly costUsd: number
}

/**
 * Sums up what each agent's runs used. A run's own row is written in the batch of its end, blindly: no run waits for
 * the sum, and a sleeping agent has nothing in memory. Asking for the sum folds the rows into one.
 */
export interface UsageStore {
  /** What is to be written together with the end of a run. */
  operationsFor(run: Run): readonly Operation[]
  total(agentId: string): Promise<Usage>
  deleteAgent(agentId: string): Promise<void>
}

/** Rows that one look folds. */
const FOLD_PAGE = 1_000

const count = v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 0)
const usageSchema = v.pipe(
  v.object({
    modelCalls: count,
    inputTokens: count,
    outputTokens: count,
    costUsd: count,
    /** How coding agents say it. */
    costAmount: count,
    costCurrency: v.optional(v.string()),
  }),
  v.transform(({ costAmount, costCurrency, ...used }) => ({
    ...used,
    costUsd: used.costUsd + (costCurrency === 'USD' ? costAmount : 0),
  })),
)

const NONE: Usage = { runs: 0, modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }

export function createUsageStore(store: EmbeddedStore): UsageStore {
  const sumKey = (agentId: string): string => key('usage-sum', agentId)

  return {
    operationsFor({ id, agentId, usage }) {
      const parsed = v.safeParse(usageSchema, usage)
      if (!parsed.success) return []
      return [{ type: 'put', key: key('usage', agentId, id), value: { runs: 1, ...parsed.output } }]
    },
    total: (agentId) =>
      store.exclusive(sumKey(agentId), async () => {
        let sum = (await store.get<Usage>(sumKey(agentId))) ?? NONE
        for (;;) {
          const rows = await store.list<Usage>({ ...under('usage', agentId), limit: FOLD_PAGE })
          if (rows.length === 0) return sum
          sum = rows.reduce((total, { value }) => plus(total, value), sum)
          await store.write([
            ...rows.map((row): Operation => ({ type: 'delete', key: row.key })),
            { type: 'put', key: sumKey(agentId), value: sum },
          ])
        }
      }),
    deleteAgent: (agentId) =>
      store.exclusive(sumKey(agentId), async () => {
        await store.write([{ type: 'delete', key: sumKey(agentId) }])
        for (;;) {
          const keys = await store.keys({ ...under('usage', agentId), limit: FOLD_PAGE })
          if (keys.length === 0) return
          await store.write(keys.map((each): Operation => ({ type: 'delete', key: each })))
        }
      }),
  }
}

function plus(one: Usage, other: Usage): Usage {
  return {
    runs: one.runs + other.runs,
    modelCalls: one.modelCalls + other.modelCalls,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costUsd: one.costUsd + other.costUsd,
  }
}
