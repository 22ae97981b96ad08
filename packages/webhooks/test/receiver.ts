import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { webhookHeaders } from '../src/index.ts'

/** A message as its receiver got it. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly host: string
  /** All that came, in order. */
  readonly received: readonly Received[]
  /** Resolves once so many have come. */
  count(wanted: number): Promise<readonly Received[]>
}

/** Starts a receiver on loopback. `answer` says the status of each answer; `silence` is none at all. */
export async function openReceiver(
  answer: (received: Received, index: number) => number | 'silence' = () => 204,
): Promise<Receiver> {
  const received: Received[] = []
  let more = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const message = { path: request.url ?? '', headers: request.headers, body: await text(request) }
    const status = answer(message, received.push(message) - 1)
    more.resolve()
    more = Promise.withResolvers()
    if (status !== 'silence') response.writeHead(status, { location: '/elsewhere' }).end('not to be read')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}/hook`,
    host,
    received,
    async count(wanted) {
      while (received.length < wanted) await more.promise
      return received
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Whether a message is signed with this secret, by itself. */
export function isSignedBy(secret: string, { headers, body }: Received): boolean {
  const sent = { id: String(headers['webhook-id']), sentAtSecs: Number(headers['webhook-timestamp']), body }
  return webhookHeaders([secret], sent)['webhook-signature'] === headers['webhook-signature']
}
