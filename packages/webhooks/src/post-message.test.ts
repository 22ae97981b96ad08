import { createGuardedFetch } from '@agentic/worker'
import { expect, test } from 'vitest'
import { openReceiver } from '../test/receiver.ts'
import { postMessage } from './post-message.ts'
import { newWebhookSecret, webhookHeaders } from './signature.ts'

const MESSAGE = { id: 'event-7', sentAtSecs: 1_800_000_000, body: '{"type":"run-ended"}' }

async function setup({ status = 204, isAllowed = true } = {}) {
  const receiver = await openReceiver(() => status)
  const fetch = createGuardedFetch({ allowedPrivateHosts: isAllowed ? [receiver.host] : [] })
  const target = { url: receiver.url, secrets: [newWebhookSecret()] }
  return {
    received: receiver.received,
    target,
    post: (signal = new AbortController().signal) => postMessage(target, MESSAGE, { fetch, signal, timeoutMs: 15_000 }),
    async [Symbol.asyncDispose]() {
      await fetch.close()
      await receiver[Symbol.asyncDispose]()
    },
  }
}

test('posts the body as it was signed', async () => {
  await using receiver = await setup()
  expect(await receiver.post()).toEqual({ type: 'delivered' })
  expect(receiver.received).toMatchObject([
    { path: '/hook', body: MESSAGE.body, headers: webhookHeaders(receiver.target.secrets, MESSAGE) },
  ])
})

test.for([
  [302, 'failed'],
  [307, 'failed'],
  [400, 'refused'],
  [401, 'failed'],
  [404, 'failed'],
  [410, 'failed'],
  [413, 'refused'],
  [415, 'refused'],
  [422, 'refused'],
  [429, 'failed'],
  [503, 'failed'],
] as const)('an answer of %d is no delivery but %s, and no redirect is followed', async ([status, type]) => {
  await using receiver = await setup({ status })
  expect(await receiver.post()).toEqual({ type, reason: `answered ${status}` })
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hook'])
})

test('sends nothing to a private address that is not allowed', async () => {
  await using receiver = await setup({ isAllowed: false })
  expect(await receiver.post()).toEqual({ type: 'failed', reason: 'ADDRESS_REFUSED' })
  expect(receiver.received).toEqual([])
})

test('a stop is neither a delivery nor a failure', async () => {
  await using receiver = await setup()
  const reason = new Error('stopping')
  await expect(receiver.post(AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(receiver.received).toEqual([])
})

test('a receiver that never answers is given up', async () => {
  await using receiver = await openReceiver(() => 'silence')
  const target = { url: receiver.url, secrets: [newWebhookSecret()] }
  const { signal } = new AbortController()
  const result = await postMessage(target, MESSAGE, { fetch, signal, timeoutMs: 20 })
  expect(result).toEqual({ type: 'failed', reason: 'no answer within 20 ms' })
})
