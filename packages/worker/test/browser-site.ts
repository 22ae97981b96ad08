import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a page of a test site answers; a text is its HTML. What answers nothing hangs. */
export type Page = string | ((request: IncomingMessage, response: ServerResponse) => string | void | Promise<void>)

/** A web site on loopback. */
export interface Site extends AsyncDisposable {
  readonly port: number
  /** `localhost:port`, by which the tests let a browser reach it. */
  readonly host: string
  readonly url: string
  /** Hosts and paths of all requests. */
  readonly asked: readonly string[]
}

export async function openSite(pages: Readonly<Record<string, Page>>): Promise<Site> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host}${request.url}`)
    const page = pages[new URL(request.url ?? '/', 'http://site').pathname]
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Nothing here</title>')
      return
    }
    const html = typeof page === 'string' ? page : page(request, response)
    if (typeof html !== 'string') return
    if (!response.headersSent) response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html>${html}`)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const host = `localhost:${port}`
  return {
    port,
    host,
    url: `http://${host}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
