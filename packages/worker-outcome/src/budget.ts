/** How much work a run may do; what is not said is not bounded. */
export interface BudgetLimits {
  /** Segments of {@link turnsPerSegment} turns. */
  readonly segments: number
  /** A turn is one answer of a model together with the tools that it calls. */
  readonly turnsPerSegment: number
  /** Tokens in and out, over all model calls. */
  readonly tokens?: number | undefined
  /** US dollars, as far as the cost is known. */
  readonly costUsd?: number | undefined
}

export const DEFAULT_BUDGET: BudgetLimits = { segments: 10, turnsPerSegment: 15 }

/** The one budget of a run. Using it up, in whatever way, ends the run as `partial`. */
export interface Budget {
  /** Counts tokens, and what they cost if that is known. */
  spend(spent: { readonly tokens: number; readonly costUsd?: number | undefined }): void
  /** Counts a turn that is over; says whether it was the last one of its segment. */
  endTurn(): boolean
  readonly turns: number
  /** Segments that are over. */
  readonly segments: number
  /** Says in words which limit is reached, once one is. */
  usedUp(): string | undefined
}

export function createBudget(limits: BudgetLimits): Budget {
  let turns = 0
  let tokens = 0
  let costUsd = 0
  const segments = (): number => Math.floor(turns / limits.turnsPerSegment)
  return {
    spend(spent) {
      tokens += spent.tokens
      costUsd += spent.costUsd ?? 0
    },
    endTurn() {
      turns += 1
      return turns % limits.turnsPerSegment === 0
    },
    get turns() {
      return turns
    },
    get segments() {
      return segments()
    },
    usedUp() {
      if (segments() >= limits.segments)
        return `the budget of ${limits.segments} segments of ${limits.turnsPerSegment} turns is used up`
      if (limits.tokens !== undefined && tokens >= limits.tokens)
        return `the budget of ${limits.tokens} tokens is used up`
      if (limits.costUsd !== undefined && costUsd >= limits.costUsd)
        return `the budget of ${limits.costUsd} US dollars is used up`
      return undefined
    },
  }
}

type SomeLimits = { readonly [Name in keyof BudgetLimits]?: BudgetLimits[Name] | undefined }

/** The tightest of several limits: who comes later may lower what an earlier one allows, never raise it. */
export function tightestBudget(most: BudgetLimits, ...others: readonly (SomeLimits | undefined)[]): BudgetLimits {
  const least = (name: keyof BudgetLimits): number =>
    Math.min(...[most, ...others].map((one) => one?.[name] ?? Infinity))
  const bounded = (value: number): number | undefined => (value === Infinity ? undefined : value)
  return {
    segments: least('segments'),
    turnsPerSegment: least('turnsPerSegment'),
    tokens: bounded(least('tokens')),
    costUsd: bounded(least('costUsd')),
  }
}
