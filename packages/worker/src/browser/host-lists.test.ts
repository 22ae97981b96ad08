import { describe, expect, test } from 'vitest'
import { createHostPolicy } from './host-lists.ts'

test('without lists, every host may be connected to', () => {
  expect(createHostPolicy({})('anything.example')).toBeUndefined()
})

describe('an allow list', () => {
  const refusalOf = createHostPolicy({ allowedHosts: ['Shop.example', '*.cdn.example', 'bücher.example', '192.0.2.1'] })

  test.for(['shop.example', 'SHOP.example', 'shop.example.', 'a.cdn.example', 'a.b.cdn.example', '192.0.2.1'])(
    'lets %s through',
    (host) => expect(refusalOf(host)).toBeUndefined(),
  )

  test('knows a name by its punycode, as a browser sends it', () => {
    expect(refusalOf('xn--bcher-kva.example')).toBeUndefined()
  })

  test.for(['www.shop.example', 'cdn.example', 'evilshop.example', 'shop.example.evil', 'evil-cdn.example', ''])(
    'does not let %s through',
    (host) => expect(refusalOf(host)).toBe('not-allowed'),
  )

  test('that is empty lets nothing through', () => {
    expect(createHostPolicy({ allowedHosts: [] })('shop.example')).toBe('not-allowed')
  })
})

describe('a deny list', () => {
  const refusalOf = createHostPolicy({
    allowedHosts: ['*.example'],
    deniedHosts: ['bad.example', '*.bad.example', '::1'],
  })

  test.for(['bad.example', 'BAD.example.', 'a.bad.example', '::1'])('is stronger than an allow list: %s', (host) => {
    expect(refusalOf(host)).toBe('denied')
  })

  test('says nothing of others', () => {
    expect(refusalOf('good.example')).toBeUndefined()
  })
})

test.for([
  '',
  'https://shop.example',
  'shop.example:80',
  'user@shop.example',
  'a/b',
  'a b',
  '*.',
  '*.192.0.2.1',
  '[::1]',
])('P20 %s is no host, and the error names the entry', (entry) => {
  expect(() => createHostPolicy({ deniedHosts: ['good.example', entry] })).toThrow(
    'deniedHosts.1: must be a host, as example.com, *.example.com or 192.0.2.1',
  )
})
