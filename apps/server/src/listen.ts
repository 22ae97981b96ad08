import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import type { ServerEnv } from './http/caller.ts'

export interface Listening {
  readonly url: string
  /**
   * Takes no more connections; resolves when all are closed: each as soon as it is answered, and a second after `done`
   * those that never will be, because nothing was asked or the answer is not read.
   */
  close(done?: Promise<unknown>): Promise<void>
}

/** How often connections are looked at while closing, and how long after the end of all work one may still be busy. */
const SWEEP_MS = 20
const LAST_ANSWERS_MS = 1_000

/** Listens on an address. Rejects, naming it and the way out, when it cannot. */
export function listen(
  app: Hono<ServerEnv>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const { promise, resolve, reject } = Promise.withResolvers<Listening>()
  const server = serve({ fetch: app.fetch, hostname: host, port }, ({ address, port: taken, family }: AddressInfo) => {
    resolve({ url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`, close })
  })
  server.on('error', (error: NodeJS.ErrnoException) => {
    const wayOut = error.code === 'EADDRINUSE' ? ': another process listens there; stop it or set AGENTIC_PORT' : ''
    reject(new Error(`cannot listen on ${host}:${port} (${error.code ?? error.message})${wayOut}`, { cause: error }))
  })

  async function close(done: Promise<unknown> = Promise.resolve()): Promise<void> {
    const closed = Promise.withResolvers<void>()
    server.close(() => closed.resolve())
    if (!('closeIdleConnections' in server)) return closed.promise
    // Node closes what is idle once; a connection that is answered later would be kept for its next request.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    const cutLater = (): void => void setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref()
    void done.then(cutLater, cutLater)
    await closed.promise
    clearInterval(sweep)
  }
  return promise
}
