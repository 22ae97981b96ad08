import { htmlSnippetOf } from '@agentic/worker-outcome'
import { decoded } from './site.ts'

const CUT = '[cut]'
/** Longer runs of letters and digits are tokens, not words. */
const TOKEN = /[A-Za-z0-9_+=-]{32,}/g

/** Gives an address without what may be secret: credentials, fragment, values of parameters, tokens in the path. */
export function redactUrl(address: string): string | undefined {
  const url = address.length > 65_536 ? null : URL.parse(address)
  if (url === null) return undefined
  if (url.origin === 'null') return url.protocol === 'about:' ? url.href.slice(0, 64) : `${url.protocol}${CUT}`
  const names = [...new Set(url.searchParams.keys())]
    .slice(0, 20)
    .map((name) => `${encodeURIComponent(redactTokens(name).slice(0, 64).toWellFormed())}=${CUT}`)
  const path = url.pathname.slice(0, 1024).split('/').map(redactSegment).join('/')
  return `${url.origin}${path}${names.length > 0 ? `?${names.join('&')}` : ''}`
}

/** Gives the start of a page's HTML as evidence keeps it, with values of fields and parameters and long tokens cut. */
export function redactHtml(html: string): string {
  const head = html.slice(0, 16_384)
  const withoutValues = head
    .replace(/(\bvalue\s{0,4}=\s{0,4})(?:"[^"]*"?|'[^']*'?|[^\s"'>]+)/gi, `$1"${CUT}"`)
    .replace(/([?&;][\w.%[\]-]{1,64}=)[^\s"'<>&#;]+/g, `$1${CUT}`)
  return htmlSnippetOf(redactTokens(withoutValues))
}

/** Cuts long tokens out of a text, keeping the first characters so that a person can tell them apart. */
function redactTokens(text: string): string {
  return text.replace(TOKEN, (token) => (/\d/.test(token) ? `${token.slice(0, 4)}${CUT}` : token))
}

/** Keeps segments made of words and numbers; what else is long is a token. */
function redactSegment(segment: string): string {
  const words = decoded(segment).split(/[-_.~+,: ]/)
  return segment.length < 20 || words.every((word) => /^(?:\p{L}{0,24}|\d{0,12})$/u.test(word)) ? segment : CUT
}
