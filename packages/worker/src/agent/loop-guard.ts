/** Sees whether a run goes round in circles. */
export interface LoopGuard {
  /** Takes one call with its result; says what is to come of it. */
  observe(call: { readonly tool: string; readonly input: string; readonly result: string }): 'goes-on' | 'warn' | 'end'
}

/** How many calls back a circle is looked for: one of five calls is then seen at its eighth round. */
const WINDOW = 40

/**
 * The same call with the same result, `repeatedCalls` times among the last calls, is a circle, however many other calls
 * belong to it: a warning then, and the end at twice as many. A call whose result changes is progress.
 */
export function createLoopGuard(repeatedCalls: number): LoopGuard {
  const recent: string[] = []
  return {
    observe({ tool, input, result }) {
      const call = JSON.stringify([tool, input, result])
      recent.push(call)
      if (recent.length > WINDOW) recent.shift()
      const times = recent.filter((one) => one === call).length
      if (times >= repeatedCalls * 2) return 'end'
      return times >= repeatedCalls ? 'warn' : 'goes-on'
    },
  }
}
