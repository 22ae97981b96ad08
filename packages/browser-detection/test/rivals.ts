import { load } from 'cheerio'
import isAntibot from 'is-antibot'
import type { PageSnapshot } from '../src/index.ts'
import { askOurs } from './ask-ours.ts'
import type { Answer } from './judgement.ts'

/** Detectors to stand beside ours. Those of other projects are restated from what they do, or taken from npm. */
export const rivals: Readonly<Record<string, (snapshot: PageSnapshot) => Answer | undefined>> = {
  ours: askOurs,
  spacebot: askSpacebot,
  'crawlee, selectors': (snapshot) => askCrawlee(snapshot, false),
  'crawlee, selectors and status': (snapshot) => askCrawlee(snapshot, true),
  'is-antibot': askIsAntibot,
}

const SPACEBOT_CAPTCHAS: readonly (readonly [vendor: string, marks: readonly string[]])[] = [
  ['turnstile', ['challenges.cloudflare.com/turnstile/']],
  ['hcaptcha', ['hcaptcha.com/captcha/', 'js.hcaptcha.com/1/api.js']],
  ['recaptcha', ['google.com/recaptcha/', 'gstatic.com/recaptcha/', 'g-recaptcha-response']],
]
const SPACEBOT_CLOUDFLARE = [
  'Checking your browser before accessing',
  'challenge-platform',
  'cf-mitigated',
  'cf_chl_opt',
]
const SPACEBOT_LOGIN = ['/login', '/signin', '/auth/', '/account/login', '/users/sign_in']

/** Substrings anywhere in the HTML; two of four for Cloudflare; a login path on the same host where none was asked for. */
function askSpacebot({ html, requestedUrl, finalUrl }: PageSnapshot): Answer | undefined {
  const captcha = SPACEBOT_CAPTCHAS.find(([, marks]) => marks.some((mark) => html.includes(mark)))
  if (captcha !== undefined) return { kind: 'captcha', vendor: captcha[0] }
  if (SPACEBOT_CLOUDFLARE.filter((mark) => html.includes(mark)).length >= 2)
    return { kind: 'waf', vendor: 'cloudflare' }
  const [requested, final] = [URL.parse(requestedUrl ?? ''), URL.parse(finalUrl ?? '')]
  if (requested === null || final === null || requested.host !== final.host) return undefined
  const isLogin = (path: string): boolean => SPACEBOT_LOGIN.some((word) => path.toLowerCase().includes(word))
  return isLogin(final.pathname) && !isLogin(requested.pathname) ? { kind: 'login_wall' } : undefined
}

const CRAWLEE_SELECTORS: readonly (readonly [vendor: string, selector: string])[] = [
  ['cloudflare', '#turnstile-wrapper iframe[src^="https://challenges.cloudflare.com"]'],
  ['google', 'div#infoDiv0 a[href*="//www.google.com/policies/terms/"]'],
  ['imperva', 'iframe[src*="_Incapsula_Resource"]'],
]
const CRAWLEE_STATUSES = [401, 403, 429]

function askCrawlee({ html, status }: PageSnapshot, withStatus: boolean): Answer | undefined {
  if (withStatus && status !== undefined && CRAWLEE_STATUSES.includes(status)) return { kind: 'waf' }
  const query = load(html)
  const found = CRAWLEE_SELECTORS.find(([, selector]) => query(selector).length > 0)
  return found === undefined ? undefined : { kind: 'waf', vendor: found[0] }
}

function askIsAntibot({ html, status, headers, finalUrl }: PageSnapshot): Answer | undefined {
  const { detected, provider, technique } = isAntibot({
    html,
    headers: { ...headers },
    ...(status === undefined ? {} : { statusCode: status }),
    ...(finalUrl === undefined ? {} : { url: finalUrl }),
  })
  if (!detected) return undefined
  return { kind: technique === 'captcha' ? 'captcha' : 'waf', vendor: provider ?? undefined }
}
