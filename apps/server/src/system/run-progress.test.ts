import { describe, expect, test } from 'vitest'
import { createRunProgress, type FollowedProgress, type RunProgress } from './run-progress.ts'

const told = ({ sequence, event }: FollowedProgress): unknown => (event === 'resync' ? event : [sequence, event['n']])

async function all(progress: RunProgress, after = 0, signal = new AbortController().signal): Promise<unknown[]> {
  const events: unknown[] = []
  for await (const each of progress.follow('run', after, signal)) events.push(told(each))
  return events
}

function publish(progress: RunProgress, from: number, to: number): void {
  for (let n = from; n <= to; n++) progress.publish('run', { type: 'status', n })
}

describe('the progress of a run', () => {
  test('is told from the beginning to whoever comes late, and goes on until the run ends', async () => {
    const progress = createRunProgress()
    progress.begin('shop', 'run')
    publish(progress, 1, 2)
    const [whole, rest] = [all(progress), all(progress, 1)]
    publish(progress, 3, 3)
    await Promise.resolve()
    publish(progress, 4, 4)
    progress.end('run')
    expect(await whole).toEqual([1, 2, 3, 4].map((n) => [n, n]))
    expect(await rest).toEqual([2, 3, 4].map((n) => [n, n]))
    expect(progress.has('run')).toBe(false)
    expect(await all(progress)).toEqual([])
  })

  test('says so where some of it is no longer kept', async () => {
    const progress = createRunProgress({ kept: 3 })
    progress.begin('shop', 'run')
    publish(progress, 1, 7)
    const late = all(progress)
    progress.end('run')
    expect(await late).toEqual(['resync', [4, 4], [5, 5], [6, 6], [7, 7]])
  })

  test('N20 never waits for who follows and does not read: however much is told, the latest is kept', async () => {
    const progress = createRunProgress({ kept: 3 })
    progress.begin('shop', 'run')
    const idle = progress.follow('run', 0, new AbortController().signal)[Symbol.asyncIterator]()
    const first = idle.next()
    publish(progress, 1, 10_000)
    progress.end('run')
    expect(told((await first).value as FollowedProgress)).toBeDefined()
    const rest: unknown[] = []
    for (let next = await idle.next(); next.done !== true; next = await idle.next()) rest.push(told(next.value))
    expect(rest.slice(-3)).toEqual([9_998, 9_999, 10_000].map((n) => [n, n]))
    expect(rest.length).toBeLessThanOrEqual(4)
  })

  test('of another run, or of none, is not told', async () => {
    const progress = createRunProgress()
    progress.begin('shop', 'other')
    progress.publish('other', { type: 'status', n: 1 })
    progress.publish('none', { type: 'status', n: 1 })
    expect(await all(progress)).toEqual([])
  })

  test('ends with its agent', async () => {
    const progress = createRunProgress()
    progress.begin('shop', 'run')
    progress.begin('other', 'its-run')
    const events = all(progress)
    progress.endAgent('shop')
    expect(await events).toEqual([])
    expect([progress.has('run'), progress.has('its-run')]).toEqual([false, true])
  })

  test('ends for who no longer listens', async () => {
    const progress = createRunProgress()
    progress.begin('shop', 'run')
    const gone = new AbortController()
    const events = all(progress, 0, gone.signal)
    publish(progress, 1, 1)
    await Promise.resolve()
    gone.abort()
    expect((await events).length).toBeLessThanOrEqual(1)
  })

  test('asked for after a place that is yet to come goes on from what there is', async () => {
    const progress = createRunProgress()
    progress.begin('shop', 'run')
    publish(progress, 1, 1)
    const events = all(progress, 99)
    publish(progress, 2, 2)
    progress.end('run')
    expect(await events).toEqual([[2, 2]])
  })
})
