import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withTimeLimit } from './time-limit.ts'

const LIMIT = { timeoutMs: 1000, what: 'the work' }

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

test('answers what the work answers, and leaves no timer and no listener behind', async () => {
  const { signal } = new AbortController()
  expect(await withTimeLimit({ ...LIMIT, signal }, async () => 7)).toBe(7)
  await expect(withTimeLimit({ ...LIMIT, signal }, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(withTimeLimit({ ...LIMIT, signal }, () => expect.fail('at once'))).rejects.toThrow('at once')
  expect(vi.getTimerCount()).toBe(0)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('ends deaf work in time or when asked to, and tells it why', async () => {
  const told: unknown[] = []
  const deaf = (signal: AbortSignal): Promise<never> => {
    signal.addEventListener('abort', () => told.push((signal.reason as Error).message))
    return new Promise(() => undefined)
  }
  const thrown = (error: unknown): unknown => error
  const late = withTimeLimit(LIMIT, deaf).catch(thrown)
  await vi.advanceTimersByTimeAsync(1000)
  expect(await late).toMatchObject({ message: 'the work took longer than 1000 ms' })
  const stop = new AbortController()
  const stopped = withTimeLimit({ ...LIMIT, signal: stop.signal }, deaf)
  stop.abort(new Error('enough'))
  await expect(stopped).rejects.toThrow('enough')
  expect(told).toEqual(['the work took longer than 1000 ms', 'enough'])
  expect(vi.getTimerCount()).toBe(0)
})
