import { expect, test } from 'vitest'
import { detectBlock, type PageSnapshot } from './index.ts'
import { parseRetryAfter } from './retry-after.ts'

const page = (status: number, headers: Record<string, string> = {}, html = '<p>Wait'): PageSnapshot => ({
  html,
  status,
  headers,
})

test.for([
  [{ 'Retry-After': '120' }, 120],
  [{ 'retry-after': ' 0 ' }, 0],
  [{ 'retry-after': '1.2' }, 2],
  [{ 'retry-after': '99999999' }, 86_400],
  [{ 'retry-after': 'Mon, 23 Nov 2026 10:02:00 GMT', date: 'Mon, 23 Nov 2026 10:00:00 GMT' }, 120],
  [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:00 GMT', date: 'Mon, 23 Nov 2026 10:00:00 GMT' }, 0],
  [{ 'x-ratelimit-remaining': '0.0', 'x-ratelimit-reset': '247' }, 247],
  [{ 'x-ratelimit-reset': '1795428090', date: 'Mon, 23 Nov 2026 10:00:00 GMT' }, 90],
  [{ ratelimit: '"default";r=0;t=30' }, 30],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': 'Mon, 23 Nov 2026 10:02:00 GMT' }, undefined],
  [{}, undefined],
] as const)('reads the wait of %j', ([headers, secs]) => {
  const detection = detectBlock(page(429, headers))
  expect(detection?.reason).toEqual(
    secs === undefined ? { type: 'rate-limit' } : { type: 'rate-limit', retryAfterSecs: secs },
  )
  expect(detection?.retryAfterSecs).toBe(secs)
})

test('counts a date from the clock of the caller', () => {
  const headers = new Map([['retry-after', 'Mon, 23 Nov 2026 10:02:00 GMT']])
  expect(parseRetryAfter(headers, Date.UTC(2026, 10, 23, 10, 1, 30))).toBe(30)
})

test.for([
  ['Vercel', page(429, { 'retry-after': '60' }, '<title>Vercel Security Checkpoint</title>'), 'fraud-detect'],
  ['Kasada', page(429, { 'x-kpsdk-ct': 'a', 'retry-after': '60' }), 'fraud-detect'],
  ['Google', { ...page(429), finalUrl: 'https://www.google.com/sorry/index' }, 'fraud-detect'],
  ['a captcha gate', page(429, {}, '<p>Are you a robot?</p><form><div class="h-captcha"></div></form>'), 'captcha'],
] as const)('a challenge of %s with status 429 is no rate limit', ([, snapshot, type]) => {
  const detection = detectBlock(snapshot)
  expect(detection?.reason.type).toBe(type)
  expect(detection?.retryAfterSecs).toBeUndefined()
})

test.for([
  ['a server in maintenance', page(503, { 'retry-after': '3600' }, '<h1>We will be back soon</h1>')],
  ['a last request that was still served', page(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' })],
  ['an article about the status', page(200, {}, '<title>Too many cooks</title><p>We saw 429 Too Many Requests</p>')],
] as const)('%s is no rate limit', ([, snapshot]) => {
  expect(detectBlock(snapshot)).toBeUndefined()
})

test('a limit that is used up says so with 403 too', () => {
  const detection = detectBlock(page(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' }))
  expect(detection?.reason).toEqual({ type: 'rate-limit', retryAfterSecs: 30 })
})

test('takes no wait from a refusal that is no rate limit', () => {
  const detection = detectBlock(page(403, { 'retry-after': '0' }, '<p>The requested URL was rejected.</p>'))
  expect(detection?.reason.type).toBe('fraud-detect')
  expect(detection?.retryAfterSecs).toBeUndefined()
})

test('a gate that comes with 429 is no rate limit, since waiting gets nobody through', () => {
  expect(detectBlock(page(429, {}, '<p>Show us your human side. Hold the button below.'))?.reason.type).toBe('captcha')
  expect(detectBlock(page(429, {}, '<p>Please confirm that you are a human.'))?.reason.type).toBe('fraud-detect')
  expect(detectBlock(page(429, {}, '<p>You are making too many requests.'))?.reason.type).toBe('rate-limit')
})
