import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createAddressPolicy, isPublicAddress } from './addresses.ts'

describe('an address of the public internet is one', () => {
  test.for([
    '1.1.1.1',
    '93.184.215.14',
    '100.63.255.255',
    '100.128.0.0',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
  ])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('no other is', () => {
  test.for([
    ['this network', '0.0.0.0'],
    ['this network, further', '0.1.2.3'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['carrier NAT', '100.64.0.1'],
    ['loopback', '127.0.0.1'],
    ['loopback, further', '127.255.255.254'],
    ['link-local and metadata', '169.254.169.254'],
    ['metadata of Azure', '168.63.129.16'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['metadata of Oracle', '192.0.0.192'],
    ['documentation', '203.0.113.9'],
    ['benchmarks', '198.19.0.1'],
    ['multicast', '224.0.0.251'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['unique local', 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['IPv4-mapped', '::ffff:8.8.8.8'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['local NAT64', '64:ff9b:1::1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['Teredo', '2001:0:53aa::1'],
    ['documentation', '2001:db8::1'],
    ['a name', 'example.org'],
    ['nothing', ''],
  ] as const)('%s: %s', ([, address]) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test('an address of this host', () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])
    expect(own.filter(isPublicAddress)).toEqual([])
  })
})

test('an allowed host is let through at any address, and no other port of it', () => {
  const isAllowed = createAddressPolicy({ allowedPrivateHosts: ['Intranet:8080'] })
  expect(isAllowed('intranet:8080', '10.0.0.1')).toBe(true)
  expect(isAllowed('intranet:80', '10.0.0.1')).toBe(false)
})

test('all addresses are let through when private ones are allowed', () => {
  expect(createAddressPolicy({ allowPrivateAddresses: true })('x:80', '127.0.0.1')).toBe(true)
})
