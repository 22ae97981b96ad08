import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuardedFetch } from '@agentic/worker'
import { expect, test } from 'vitest'
import { postMessage } from './post-message.ts'
import { newWebhookSecret, webhookHeaders } from './signature.ts'

const MESSAGE = { id: 'event-7', sentAtSecs: 1_800_000_000, body: '{"type":"run-ended"}' }

async function setup({ status = 204, isAllowed = true } = {}) {
  const seen: { path: string | undefined; headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray()
    seen.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks as Buffer[]).toString() })
    response.writeHead(status, { location: '/elsewhere' }).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const fetch = createGuardedFetch({ allowedPrivateHosts: isAllowed ? [host] : [] })
  const target = { url: `http://${host}/hook`, secret: newWebhookSecret() }
  const post = (signal = new AbortController().signal) => postMessage(target, MESSAGE, { fetch, signal })
  async function dispose(): Promise<void> {
    await fetch.close()
    server.closeAllConnections()
    server.close()
  }
  return { seen, target, post, [Symbol.asyncDispose]: dispose }
}

test('posts the body as it was signed', async () => {
  await using receiver = await setup()
  expect(await receiver.post()).toEqual({ type: 'delivered' })
  expect(receiver.seen).toMatchObject([
    { path: '/hook', body: MESSAGE.body, headers: webhookHeaders(receiver.target.secret, MESSAGE) },
  ])
})

test.for([302, 307, 400, 410, 503])('an answer of %d is no delivery, and no redirect is followed', async (status) => {
  await using receiver = await setup({ status })
  expect(await receiver.post()).toEqual({ type: 'failed', reason: `answered ${status}` })
  expect(receiver.seen.map(({ path }) => path)).toEqual(['/hook'])
})

test('sends nothing to a private address that is not allowed', async () => {
  await using receiver = await setup({ isAllowed: false })
  expect(await receiver.post()).toEqual({ type: 'failed', reason: 'ADDRESS_REFUSED' })
  expect(receiver.seen).toEqual([])
})

test('a stop is neither a delivery nor a failure', async () => {
  await using receiver = await setup()
  const reason = new Error('stopping')
  await expect(receiver.post(AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(receiver.seen).toEqual([])
})

test('a receiver that never answers is given up', async () => {
  const silent = (_url: string, { signal }: RequestInit) =>
    new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('cut'))))
  const target = { url: 'https://shop.example/hook', secret: newWebhookSecret() }
  const { signal } = new AbortController()
  const result = await postMessage(target, MESSAGE, { fetch: silent, signal, timeoutMs: 1 })
  expect(result).toEqual({ type: 'failed', reason: 'no answer within 1 ms' })
})
