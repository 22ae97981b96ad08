/** What a run used up, over all its model calls, those that failed included. */
export type RunUsage = {
  readonly modelCalls: number
  readonly toolCalls: number
  readonly turns: number
  readonly segments: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the tokens in, those read from the provider's cache. */
  readonly cachedInputTokens: number
  /** Of the tokens out, those thought. */
  readonly reasoningTokens: number
  /** Known only where the model's prices are. */
  readonly costUsd?: number
}

type Count = Exclude<keyof RunUsage, 'costUsd'>

/** Counts while the run goes on, so that what was used up is known whenever it ends. */
export interface UsageMeter {
  add(used: Partial<RunUsage>): void
  /** What was used up so far; nothing, as long as no model was called. */
  total(): RunUsage | undefined
}

export function createUsageMeter(): UsageMeter {
  const counts: Record<Count, number> = {
    modelCalls: 0,
    toolCalls: 0,
    turns: 0,
    segments: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
  }
  let costUsd: number | undefined
  return {
    add(used) {
      for (const name of Object.keys(counts) as Count[]) counts[name] += used[name] ?? 0
      if (used.costUsd !== undefined) costUsd = (costUsd ?? 0) + used.costUsd
    },
    total() {
      if (counts.modelCalls === 0) return undefined
      return { ...counts, ...(costUsd === undefined ? {} : { costUsd }) }
    },
  }
}
