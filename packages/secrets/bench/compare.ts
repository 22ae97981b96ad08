import { loadavg } from 'node:os'
import type { TestContext } from 'vitest'

/** What is measured, by name: the first is what the others are compared with. */
export type Candidates = Readonly<Record<string, () => number | Promise<number>>>

export interface Comparison {
  readonly title: string
  /** What each gives back: so that nothing is left out as unused. */
  readonly expected: number
  /** So many are timed together, as timing one costs as much as doing it. */
  readonly batch: number
  readonly options: { readonly time: number; readonly warmupTime?: number; readonly iterations?: number }
}

/**
 * Prints what each does in a second and how many times as long as the first it takes, by the median and by the quickest
 * batch of each, which a busy machine disturbs least, and how busy it was.
 */
export async function compare(
  bench: TestContext['bench'],
  { title, expected, batch, options }: Comparison,
  candidates: Candidates,
): Promise<void> {
  const names = Object.keys(candidates)
  const registrations = names.map((name) => {
    const candidate = candidates[name]!
    return bench(name, async () => {
      for (let count = 0; count < batch; count += 1) {
        // Waited for only where there is something to wait for, which takes its time too.
        const result = candidate()
        if ((typeof result === 'number' ? result : await result) !== expected) throw new Error(`${name} failed`)
      }
    })
  })
  const [first, second, ...others] = registrations
  const results = await bench.compare(first!, second!, ...others, options)
  const timesOf = (name: string): readonly number[] => {
    const { p50, min } = results.get(name).latency
    return [p50, min].map((time) => (time * 1000) / batch)
  }
  const floor = timesOf(names[0]!)
  const lines = names.map((name) => {
    const told = timesOf(name).map((time, index) => {
      const perSecond = Math.round(1_000_000 / time).toLocaleString('en')
      return `${time.toFixed(1)} us, ${perSecond}/s, ${(time / floor[index]!).toFixed(2)}x`
    })
    return `  ${name}: median ${told[0]}; quickest ${told[1]}`
  })
  console.log([`${title} (load ${loadavg()[0]!.toFixed(1)})`, ...lines].join('\n'))
}
