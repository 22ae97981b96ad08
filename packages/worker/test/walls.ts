import type { Page } from './browser-site.ts'

/** Enough to read for a page to be no wall. */
export const article = '<p>Plenty of ordinary words stand here for the reader of this page.</p>'.repeat(20)

export const login: Page =
  '<title>Sign in</title><form method=post action="/session"><input name=user aria-label=User><input type=password name=password aria-label=Password><button>Sign in</button></form>'

export const toLogin: Page = (_request, response) =>
  void response.writeHead(302, { location: '/login?next=/orders' }).end()

export const challenge: Page = (_request, response) => {
  response.writeHead(403, { 'content-type': 'text/html', 'cf-mitigated': 'challenge', server: 'cloudflare' })
  return `<title>Just a moment...</title><script>window._cf_chl_opt={cType:'managed'}</script><div class="main-content"><h1>shop.example</h1><p>Verify you are human by completing the action below.</p></div>`
}

export const captchaOnForm: Page = `<title>Register</title><h1>Register</h1>${article}<form method=post><input name=name aria-label=Name><input name=email aria-label=Email>
    <div class="g-recaptcha" data-sitekey="x"></div><button>Register</button></form>`

export const limited: Page = (_request, response) => {
  response.writeHead(429, { 'content-type': 'text/html', 'retry-after': '30' })
  return '<title>Too Many Requests</title><h1>Too Many Requests</h1>'
}

export const firewall: Page = (_request, response) => {
  response.writeHead(403, { 'content-type': 'text/html', server: 'AkamaiGHost' })
  return '<title>Access Denied</title><h1>Access Denied</h1>You don\'t have permission to access "http://shop.example/" on this server.<p>Reference&#32;&#35;18&#46;2d351ab8&#46;1557333295&#46;a4e16ab</p>'
}
