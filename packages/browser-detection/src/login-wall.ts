import { confidenceOf, type Finding, type Notes } from './finding.ts'
import { IDENTITY_PROVIDER_HOSTS } from './markers/identity-providers.ts'
import {
  ABOUT_CREDENTIALS,
  COMMENTING,
  INTENDED_SEGMENTS,
  LOGIN_HINT_SEGMENTS,
  LOGIN_HOST_LABELS,
  LOGIN_REQUIRED_TITLE,
  LOGIN_SEGMENT,
  LOGIN_SEGMENTS,
  MUST_LOG_IN,
  PAGE_PARAMETER,
  PLAIN_RETURN_PARAMETER,
  REFUSED_WITHOUT_LOGIN_TITLE,
  RETURN_PARAMETER,
} from './markers/login-words.ts'
import { elementsOf, type Page, type PageElement } from './page.ts'
import { hasIdentityField, hasPasswordField, ordinaryFields } from './page-fields.ts'
import type { Reading } from './reading.ts'
import { decoded, isSameSite, routeOf, segmentsOf } from './site.ts'
import type { ResolvedOptions } from './snapshot.ts'

/** Judges whether the visitor was sent to a login instead of what was asked for. */
export function judgeLogin(
  reading: Reading,
  notes: Notes,
  options: Pick<ResolvedOptions, 'singleSignOn'>,
): Finding | undefined {
  return judgeAuthenticate(reading) ?? judgeRedirect(reading, notes, options) ?? judgeSaid(reading)
}

/** RFC 9110, section 15.5.2: a 401 names how to authenticate. */
function judgeAuthenticate({ status, headers, page, isBare }: Reading): Finding | undefined {
  // Proxies that sign visitors in, and wikis, refuse with 403 and show the way in.
  if (status === 403 && isBare && (hasPasswordField(page) || elementsOf(page, 'form').some(isSignIn))) {
    return {
      reason: { type: 'login-wall' },
      confidence: 0.8,
      signals: ['HTTP status 403', 'the page holds next to nothing but a login'],
    }
  }
  if (status !== 401) return undefined
  if (headers.has('www-authenticate')) {
    return {
      reason: { type: 'login-wall' },
      confidence: 0.95,
      signals: ['HTTP status 401', 'response header WWW-Authenticate'],
    }
  }
  if (hasPasswordField(page)) {
    return {
      reason: { type: 'login-wall' },
      confidence: 0.85,
      signals: ['HTTP status 401', 'the page asks for a password'],
    }
  }
  // Frameworks answer without the header that the standard asks for, but seldom without saying what is missing.
  if (!isBare || !ABOUT_CREDENTIALS.test(page.text)) return undefined
  return {
    reason: { type: 'login-wall' },
    confidence: 0.75,
    signals: ['HTTP status 401', 'text about credentials or a login'],
  }
}

/** Where oauth2-proxy and its like begin a login without a form of their own. */
function isSignIn({ attributes }: PageElement): boolean {
  return /\/oauth2\/(?:start|sign_in)\b/.test(attributes.get('action') ?? '')
}

/** A page that says that what was asked for is for those who log in, and shows the way to it. */
function judgeSaid({ page, isBare, isRefused, requestedUrl, status }: Reading): Finding | undefined {
  const isTitled = LOGIN_REQUIRED_TITLE.test(page.title)
  // A wiki shows its ways on beside the refusal; a title that says nothing else outweighs them.
  if (!isBare && !(isTitled && page.shape.characters <= 1500)) return undefined
  if (requestedUrl !== undefined && isLoginMeant(requestedUrl)) return undefined
  // An error page may be marked up as an article; its title tells it from one.
  if (page.furniture.size > 0 && !isTitled) return undefined
  const way = hasPasswordField(page)
    ? 'the page asks for a password'
    : elementsOf(page, 'a').some(isLoginLink) ||
        page.scripts.some((head) => /\blocation\b[^;]{0,60}log-?_?in/i.test(head))
      ? 'the page leads to a login'
      : status === 401 || status === 403
        ? `HTTP status ${status}`
        : isTitled
          ? 'title that a login is required'
          : isNothingElse(page)
            ? 'the page says nothing else'
            : undefined
  if (way === undefined) return undefined
  // Boards say it in a box that a script opens, on a page that is empty.
  const isSaid =
    MUST_LOG_IN.test(page.text) ||
    (isTitled && elementsOf(page, 'a').some(leadsToLoginAndBack)) ||
    (page.shape.characters === 0 && page.scripts.some((head) => /\balert\(/.test(head) && MUST_LOG_IN.test(head)))
  if (!isSaid || COMMENTING.test(page.text)) return undefined
  return {
    reason: { type: 'login-wall' },
    confidence: isRefused ? 0.8 : 0.75,
    signals: ['text that one must log in to see the page', way],
  }
}

/** A line or two and nothing to fill in: what they ask for, the page is about. */
function isNothingElse(page: Page): boolean {
  const { characters, links } = page.shape
  return (
    REFUSED_WITHOUT_LOGIN_TITLE.test(page.title) &&
    characters > 0 &&
    characters <= 200 &&
    links <= 3 &&
    ordinaryFields(page).length === 0
  )
}

function isLoginLink({ attributes }: PageElement): boolean {
  const href = attributes.get('href')
  // A script opens the login where the address leads nowhere.
  if (href === '#') return /^(?:btn-)?(?:log|sign)[-_ ]?in$/i.test(attributes.get('class') ?? '')
  const url = href === undefined ? null : URL.parse(href, 'http://page.invalid/')
  return url !== null && segmentsOf(routeOf(url)).some(isLoginSegment)
}

/** Wikis lead to a login that has a name of its own in each language, but the way back has none. */
function leadsToLoginAndBack({ attributes }: PageElement): boolean {
  const url = URL.parse(attributes.get('href') ?? '', 'http://page.invalid/')
  return url !== null && hasWayBack(url)
}

function isGivenWayBack(requestedUrl: URL, finalUrl: URL): boolean {
  return hasWayBack(finalUrl) && !hasWayBack(requestedUrl)
}

function hasWayBack({ searchParams }: URL): boolean {
  return [...searchParams].some(([name, value]) => value !== '' && PLAIN_RETURN_PARAMETER.test(name))
}

function judgeRedirect(
  reading: Reading,
  notes: Notes,
  { singleSignOn }: Pick<ResolvedOptions, 'singleSignOn'>,
): Finding | undefined {
  const { finalUrl, requestedUrl, page } = reading
  if (finalUrl === undefined || requestedUrl === undefined || !isMoved(requestedUrl, finalUrl)) return undefined
  if (isLoginMeant(requestedUrl, returnsTo(requestedUrl, finalUrl, page))) return undefined

  const sameSite = isSameSite(requestedUrl, finalUrl)
  const signals = sameSite
    ? signalsOfLogin(requestedUrl, finalUrl, page)
    : signalsOfSingleSignOn(requestedUrl, finalUrl, page)
  if (signals === undefined) return undefined
  if (!sameSite && singleSignOn === 'advise') {
    notes.advisories.add('redirected to the login of another site (single sign-on)')
    return undefined
  }
  return { reason: { type: 'login-wall' }, confidence: confidenceOf(0.7 + 0.1 * (signals.length - 1)), signals }
}

/** Signals of a login on the same site; a word that only may mean login needs company. */
function signalsOfLogin(requestedUrl: URL, finalUrl: URL, page: Page): string[] | undefined {
  const segments = segmentsOf(routeOf(finalUrl))
  const isLoginPath = segments.some(isLoginSegment) || namesLogin(finalUrl)
  const isHintPath =
    segments.some((segment) => LOGIN_HINT_SEGMENTS.has(segment)) ||
    hasLoginInQuery(finalUrl) ||
    // A place in the page may be called so, too: it needs the form.
    /^#(?:\w{1,12}=)?(?:log|sign)-?in$/i.test(finalUrl.hash)
  const isMovedToLoginHost = isLoginHost(finalUrl) && !isLoginHost(requestedUrl)
  const company = companyOf(requestedUrl, finalUrl, page)
  if (isLoginPath) return ['redirected to a login path of the same site', ...company]
  // A form alone is no wall: home pages of apps, where visitors are meant to land, have one.
  if (isMovedToLoginHost && company.length > 0) return ['redirected to the login host of the same site', ...company]
  if (isHintPath && company.length > 0) return ['redirected to a path of the same site that may be a login', ...company]
  return company.length > 1 ? ['redirected within the same site', ...company] : undefined
}

function signalsOfSingleSignOn(requestedUrl: URL, finalUrl: URL, page: Page): string[] | undefined {
  const company = companyOf(requestedUrl, finalUrl, page)
  if (IDENTITY_PROVIDER_HOSTS.some((host) => host.test(finalUrl.hostname)))
    return ['redirected to an identity provider', ...company]
  const segments = segmentsOf(routeOf(finalUrl))
  const isLoginPath =
    isLoginHost(finalUrl) || segments.some((segment) => isLoginSegment(segment) || LOGIN_HINT_SEGMENTS.has(segment))
  return isLoginPath && company.length > 0 ? ['redirected to the login of another site', ...company] : undefined
}

function companyOf(requestedUrl: URL, finalUrl: URL, page: Page): string[] {
  const company: string[] = []
  if (hasPasswordField(page)) company.push('the page asks for a password')
  else if (hasIdentityField(page)) company.push('the page asks for an account name')
  if (returnsTo(requestedUrl, finalUrl, page)) company.push('a parameter names the requested page to return to')
  // Frameworks that keep the address themselves give a number instead, and wikis the title of the page. Who registers fills in more.
  else if (hasPasswordField(page) && ordinaryFields(page).length <= 3 && isGivenWayBack(requestedUrl, finalUrl))
    company.push('a parameter keeps where to return to')
  return company
}

function isMoved(requestedUrl: URL, finalUrl: URL): boolean {
  const requested = requestedUrl.host + trimmed(routeOf(requestedUrl))
  if (requested.toLowerCase() !== (finalUrl.host + trimmed(routeOf(finalUrl))).toLowerCase()) return true
  // Apps of one page name their pages in the query.
  const isOfLogin = namesLogin(finalUrl) || hasLoginInQuery(finalUrl) || isGivenWayBack(requestedUrl, finalUrl)
  return isOfLogin && requestedUrl.search !== finalUrl.search
}

/**
 * Whether who asked for this address meant to log in, or out: then a login is what was asked for. Where the login promises to lead
 * back, a page is meant that lies below such a path (`/admin/auth/user`), unless the path ends there.
 */
function isLoginMeant(requestedUrl: URL, leadsBack = false): boolean {
  const segments = segmentsOf(routeOf(requestedUrl))
  return (
    isLoginHost(requestedUrl) ||
    segments.some(isLoginSegment) ||
    (leadsBack ? segments.slice(-1) : segments).some((segment) => INTENDED_SEGMENTS.has(segment)) ||
    namesLogin(requestedUrl) ||
    (segments.length === 0 && hasLoginInQuery(requestedUrl))
  )
}

/** Whether any parameter has the name of a login: it may be a search for the word, too. */
function hasLoginInQuery({ searchParams }: URL): boolean {
  return [...searchParams.values()].some(isLoginSegment)
}

/** Whether the address chooses a login as its page: `?route=account/login`, or Domino's `?Login`. */
function namesLogin({ searchParams }: URL): boolean {
  return [...searchParams].some(
    ([name, value]) =>
      (value === '' && /^login$/i.test(name)) ||
      (PAGE_PARAMETER.test(name) && isLoginSegment(segmentsOf(value).at(-1) ?? '')),
  )
}

function isLoginSegment(segment: string): boolean {
  return LOGIN_SEGMENT.test(segment) || LOGIN_SEGMENTS.has(segment)
}

function isLoginHost(url: URL): boolean {
  return LOGIN_HOST_LABELS.has(url.hostname.split('.', 1)[0]?.toLowerCase() ?? '')
}

/** Whether the login page keeps the address that was asked for, in its own address or in a hidden field. */
function returnsTo(requestedUrl: URL, finalUrl: URL, page: Page): boolean {
  const hidden = elementsOf(page, 'input')
    .filter(({ attributes }) => RETURN_PARAMETER.test(attributes.get('name') ?? ''))
    .map(({ attributes }) => attributes.get('value') ?? '')
  const routeQuery = /^#!?\/[^?]*\?(.*)$/.exec(finalUrl.hash)?.[1] ?? ''
  const parameters = [...finalUrl.searchParams, ...new URLSearchParams(routeQuery)].slice(0, 50)
  // Beside a password, whatever its name: nothing else than to come back is an address kept for.
  const isAsked = hasPasswordField(page) && trimmed(requestedUrl.pathname) !== ''
  const named = parameters
    .filter(([name, value]) => RETURN_PARAMETER.test(name) || (isAsked && /^(?:\/|https?:|%2f)/i.test(value)))
    .map(([, value]) => value)
  return [...named, ...hidden].some((value) => pointsTo(value, requestedUrl))
}

function pointsTo(value: string, requestedUrl: URL): boolean {
  if (value === '' || value.length > 4096) return false
  const target = URL.parse(decoded(value), requestedUrl.href)
  if (target === null || !isSameSite(target, requestedUrl)) return false
  return trimmed(target.pathname) === trimmed(requestedUrl.pathname)
}

function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
