import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { WorkerError } from '../errors.ts'
import { type AddressPolicyOptions, createAddressPolicy } from './addresses.ts'
import { createHostPolicy, type HostListOptions } from './host-lists.ts'

/** Finds the addresses of a name, as the `lookup` of node:dns does. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export interface ConnectionGuardOptions extends AddressPolicyOptions, HostListOptions {
  /**
   * What finds the addresses of a name.
   * @default the `lookup` of node:dns
   */
  readonly resolve?: Resolve | undefined
}

/** A host and port to connect to. */
export interface Target {
  readonly host: string
  readonly port: number
  /** `host:port`, by which policies and failures know it. */
  readonly authority: string
}

/**
 * Checks every connection: the host by its name before anything is asked, its addresses when they are resolved. The
 * address that was checked is the one that is connected to, so that a changing DNS answer reaches no other.
 */
export interface ConnectionGuard {
  /** Why a target may not be connected to, as far as its name or literal address says. */
  refusalOf(target: Target): WorkerError | undefined
  /** Resolves a target's name, for a socket, to those of its addresses that may be connected to. */
  lookupFor(target: Target): LookupFunction
}

export function createConnectionGuard(options: ConnectionGuardOptions = {}): ConnectionGuard {
  const isAllowed = createAddressPolicy(options)
  const refusalOfHost = createHostPolicy(options)
  const resolve: Resolve = options.resolve ?? lookup

  return {
    refusalOf({ host, authority }) {
      const refusal = refusalOfHost(host)
      if (refusal !== undefined) return hostRefused(authority, refusal)
      return isIP(host) === 0 || isAllowed(authority, host) ? undefined : addressRefused(authority)
    },
    lookupFor({ authority }) {
      return (host, options, done) => {
        resolve(host, { ...options, all: true }, (error, found) => {
          const allowed = (found ?? []).filter(({ address }) => isAllowed(authority, address))
          const [first] = allowed
          if (error !== null) done(error, [])
          else if (first === undefined) done(addressRefused(authority), [])
          else if (options.all === true) done(null, allowed)
          else done(null, first.address, first.family)
        })
      }
    },
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 }

/** The target of an address. An IPv6 host loses its brackets in `host` and keeps them in `authority`. */
export function targetOf(url: URL): Target {
  const port = Number(url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, authority: `${url.hostname}:${port}` }
}

/** Says why a connection failed; what this guard refused stays as it is. */
export function connectionFailure(error: Error, authority: string): WorkerError {
  if (error instanceof WorkerError) return error
  const code = 'code' in error ? String(error.code) : error.message
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) {
    return new WorkerError('DNS_FAILED', `${authority} has no address (${code})`, { cause: error, retryable: true })
  }
  return new WorkerError('CONNECTION_FAILED', `${authority} could not be connected to (${code})`, {
    cause: error,
    retryable: true,
  })
}

function addressRefused(authority: string): WorkerError {
  return new WorkerError(
    'ADDRESS_REFUSED',
    `${authority} is no public address: name it in allowedPrivateHosts if it is to be reached`,
  )
}

function hostRefused(authority: string, refusal: 'denied' | 'not-allowed'): WorkerError {
  const why = refusal === 'denied' ? 'is among the deniedHosts' : 'is not among the allowedHosts'
  return new WorkerError('HOST_REFUSED', `${authority} ${why}`)
}
