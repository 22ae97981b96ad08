import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small shop on loopback, for agents to visit. */
export interface Site extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  urlOf(path: '/catalogue' | '/orders' | '/rates'): string
  /** Does what a person does who passes the captcha: from now on the page behind it is shown. */
  passCaptcha(): void
}

const CATALOGUE = page(
  'The catalogue',
  `<h1>Lamps and chairs</h1>${'<p>A lamp of brass and glass, made to order, ready in about three weeks.</p>'.repeat(12)}`,
)

const LOGIN = page(
  'Sign in',
  `<h1>Sign in to see your orders</h1>
  <form method="post"><input name="user" placeholder="Name"><input type="password" name="password"><button>Sign in</button></form>`,
)

/** All there is on it is the box: the class is hCaptcha's, the picture our own. */
const CAPTCHA = page(
  'One moment',
  `<h1>Please verify that you are human</h1>
  <form method="post"><div class="h-captcha" data-sitekey="demo">&#9744; I am human</div></form>`,
)

const RATES = page(
  'Rates of the day',
  `<h1>Rates of the day</h1>${'<p>A night by the lake, breakfast included, costs as much as it did last year.</p>'.repeat(12)}`,
)

/** Opens the site on a free port. */
export async function openSite(): Promise<Site> {
  let isPassed = false
  const server = createServer((request, response) => {
    switch (new URL(request.url ?? '/', 'http://site').pathname) {
      case '/catalogue':
        return show(response, 200, CATALOGUE)
      case '/orders':
        return void response.writeHead(302, { location: '/login?next=/orders' }).end()
      case '/login':
        return show(response, 200, LOGIN)
      case '/rates':
        return isPassed ? show(response, 200, RATES) : show(response, 403, CAPTCHA)
      default:
        return show(response, 404, page('Not found', '<h1>There is no such page</h1>'))
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    urlOf: (path) => `http://${host}${path}`,
    passCaptcha: () => (isPassed = true),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function show(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html)
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><title>${title}</title>
  <style>body { font: 18px sans-serif; margin: 3em } .h-captcha { border: 1px solid; padding: 1em; width: 14em }</style>
  ${body}</html>`
}
