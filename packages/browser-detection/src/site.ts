import { getDomain } from 'tldts'

/** Whether two addresses belong to one registrable domain: `m.example.co.uk` and `www.example.co.uk`, but not two tenants of github.io. */
export function isSameSite(left: URL, right: URL): boolean {
  if (left.hostname === '' || right.hostname === '') return false
  if (left.hostname === right.hostname) return true
  const domain = registrableDomain(left)
  return domain !== undefined && domain === registrableDomain(right)
}

/** Segments of a path in lower case, decoded, without file extension and without `;jsessionid`. */
export function segmentsOf(path: string): readonly string[] {
  return path
    .slice(0, 2048)
    .split('/')
    .map((segment) =>
      decoded(segment)
        .toLowerCase()
        .replace(/;.*$/, '')
        .replace(/\.(?:php|aspx?|esp|jsp|jspx|html?|do|action|cgi|xhtml|jsf|seam|cfm|mvc)$/, ''),
    )
    .filter((segment) => segment !== '')
}

/** The path that a router in the page shows: of `#/login` as of `/login`. */
export function routeOf(url: URL): string {
  return /^#!?\//.test(url.hash) ? url.hash.replace(/^#!?/, '').replace(/\?.*$/, '') : url.pathname
}

/** Decodes percent-encoding as far as it is one. */
export function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function registrableDomain(url: URL): string | undefined {
  return getDomain(url.hostname, { allowPrivateDomains: true }) ?? undefined
}
