import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

export interface AddressPolicyOptions {
  /**
   * Lets the browser reach private, loopback and all other addresses.
   * @default false
   */
  readonly allowPrivateAddresses?: boolean | undefined
  /**
   * Hosts that are reached whatever their address is, each as `host:port`.
   * @default []
   */
  readonly allowedPrivateHosts?: readonly string[] | undefined
}

/** Says whether a host, given as `host:port`, may be connected to at an address. */
export type AddressPolicy = (authority: string, address: string) => boolean

/** IPv4 that is no host of the public internet, by the IANA special-purpose registry, and Azure's metadata address. */
const REFUSED_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

/** Global unicast; all else of IPv6 is loopback, local, multicast, IPv4-mapped, NAT64 (RFC 6052) or unassigned. */
const PUBLIC_IPV6 = ['2000::', 3] as const

/** What of global unicast is none: Teredo and other protocols, documentation, 6to4 (RFC 3056), documentation. */
const REFUSED_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const refused = new BlockList()
for (const [net, prefix] of REFUSED_IPV4) refused.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of REFUSED_IPV6) refused.addSubnet(net, prefix, 'ipv6')

const publicIpv6 = new BlockList()
publicIpv6.addSubnet(...PUBLIC_IPV6, 'ipv6')

export function createAddressPolicy(options: AddressPolicyOptions): AddressPolicy {
  if (options.allowPrivateAddresses === true) return () => true
  const allowedHosts = new Set((options.allowedPrivateHosts ?? []).map((host) => host.toLowerCase()))
  return (authority, address) => allowedHosts.has(authority) || isPublicAddress(address)
}

/** Whether an address is a host of the public internet, and not this one. */
export function isPublicAddress(address: string): boolean {
  if (isOwnAddress(address)) return false
  switch (isIP(address)) {
    case 4:
      return !refused.check(address, 'ipv4')
    case 6:
      return publicIpv6.check(address, 'ipv6') && !refused.check(address, 'ipv6')
    default:
      return false
  }
}

/** A service bound to the host's public address is as close as one on loopback. */
function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some((own) => own.address === address))
}
