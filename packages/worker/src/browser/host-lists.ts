import { isIP } from 'node:net'
import { WorkerError } from '../errors.ts'

export interface HostListOptions {
  /**
   * The only hosts that may be connected to: `example.com` is that host, `*.example.com` all below it. What a page
   * loads from elsewhere is refused too.
   * @default every host
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * Hosts that are never connected to, written in the same way; stronger than `allowedHosts`.
   * @default []
   */
  readonly deniedHosts?: readonly string[] | undefined
}

/** Says why a host may not be connected to, or `undefined` when the lists have nothing against it. */
export type HostPolicy = (host: string) => 'denied' | 'not-allowed' | undefined

/** Makes a policy of the lists. Throws INPUT_INVALID with the entry that is no host. */
export function createHostPolicy(options: HostListOptions): HostPolicy {
  const denied = readList(options.deniedHosts ?? [], 'deniedHosts')
  const allowed = options.allowedHosts === undefined ? undefined : readList(options.allowedHosts, 'allowedHosts')
  return (host) => {
    const name = withoutRoot(host.toLowerCase())
    if (denied.some((matches) => matches(name))) return 'denied'
    return allowed === undefined || allowed.some((matches) => matches(name)) ? undefined : 'not-allowed'
  }
}

function readList(patterns: readonly string[], field: string): readonly ((name: string) => boolean)[] {
  return patterns.map((pattern, index) => {
    const isBelow = pattern.startsWith('*.')
    const name = hostOf(isBelow ? pattern.slice(2) : pattern)
    if (name === undefined || (isBelow && isIP(name) !== 0)) {
      const message = `${field}.${index}: must be a host, as example.com, *.example.com or 192.0.2.1`
      throw new WorkerError('INPUT_INVALID', message)
    }
    return isBelow ? (host) => host.endsWith(`.${name}`) : (host) => host === name
  })
}

/** Reads a host as a browser does, so that every way of writing it is the same. */
function hostOf(text: string): string | undefined {
  if (isIP(text) !== 6 && !/^[^\s/?#@\\:[\]]+$/.test(text)) return undefined
  const url = URL.parse(`http://${isIP(text) === 6 ? `[${text}]` : text}`)
  return url === null ? undefined : withoutRoot(url.hostname.replace(/^\[|\]$/g, ''))
}

/** `example.com.` is `example.com`, said from the root. */
function withoutRoot(name: string): string {
  return name.replace(/\.$/, '')
}
