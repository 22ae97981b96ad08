import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import type { ServerEnv } from './http/caller.ts'

export interface Listening {
  readonly url: string
  /** Takes no more connections; resolves when those that are busy are done. */
  close(): Promise<void>
}

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

  function close(): Promise<void> {
    const closed = Promise.withResolvers<void>()
    server.close(() => closed.resolve())
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    return closed.promise
  }
  return promise
}
