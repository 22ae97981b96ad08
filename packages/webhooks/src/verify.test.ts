import { createHmac } from 'node:crypto'
import { Webhook as Signer } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { newWebhookSecret, webhookHeaders } from './signature.ts'
import { isSignedByGithub, isSignedByStandard } from './verify.ts'

const NOW = 1_800_000_000_000
const SECRET = newWebhookSecret()
const BODY = '{"event":"paid","name":"Łódź"}'

function received(headers: Readonly<Record<string, string>>, body = BODY) {
  return { header: (name: string) => headers[name], body: Buffer.from(body) }
}

/** As a sender signs by the library of the convention. */
function signed(secret = SECRET, at = NOW): Record<string, string> {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(at / 1000),
    'webhook-signature': new Signer(secret).sign('msg_1', new Date(at), BODY),
  }
}

describe('a message signed by Standard Webhooks', () => {
  test('is known, from other libraries, from ours, with other signatures beside, and under the names of Svix', () => {
    const headers = signed()
    const signature = headers['webhook-signature'] ?? ''
    const svix = { 'svix-id': 'msg_1', 'svix-timestamp': String(NOW / 1000), 'svix-signature': signature }
    const many = { ...headers, 'webhook-signature': `v1a,xyz v1,AAAA ${signature}` }
    const ours = webhookHeaders([newWebhookSecret(), SECRET], { id: 'event-1', sentAtSecs: NOW / 1000, body: BODY })
    for (const each of [headers, svix, many, ours]) expect(isSignedByStandard(SECRET, received(each), NOW)).toBe(true)
  })

  test.for([
    ['of nobody', {}],
    ['with another secret', signed(newWebhookSecret())],
    ['too long ago', signed(SECRET, NOW - 301_000)],
    ['in the future', signed(SECRET, NOW + 301_000)],
    ['with another id', { ...signed(), 'webhook-id': 'msg_2' }],
    ['without an id', { ...signed(), 'webhook-id': '' }],
    ['with a time that is none', { ...signed(), 'webhook-timestamp': 'NaN' }],
    ['with another time', { ...signed(), 'webhook-timestamp': String(NOW / 1000 + 1) }],
    [
      'in another version',
      { ...signed(), 'webhook-signature': (signed()['webhook-signature'] ?? '').replace('v1,', 'v2,') },
    ],
    ['cut short', { ...signed(), 'webhook-signature': (signed()['webhook-signature'] ?? '').slice(0, 20) }],
    ['with nothing', { ...signed(), 'webhook-signature': 'v1,' }],
  ] as [string, Record<string, string>][])('is not taken when it is %s', ([, headers]) => {
    expect(isSignedByStandard(SECRET, received(headers), NOW)).toBe(false)
  })

  test('is not taken when a byte of its body is another', () => {
    expect(isSignedByStandard(SECRET, received(signed(), BODY.replace('paid', 'void')), NOW)).toBe(false)
  })
})

describe('a message signed as GitHub does', () => {
  const signature = (secret: string) => `sha256=${createHmac('sha256', secret).update(BODY).digest('hex')}`

  test('is known', () => {
    const headers = { 'x-hub-signature-256': signature('It is a secret to everybody') }
    expect(isSignedByGithub('It is a secret to everybody', received(headers))).toBe(true)
  })

  test.for(['', 'sha256=', signature('another'), signature('right').toUpperCase(), signature('right').slice(7)])(
    'is not taken with %s',
    (given) => {
      expect(isSignedByGithub('right', received({ 'x-hub-signature-256': given }))).toBe(false)
      expect(isSignedByGithub('right', received({}))).toBe(false)
    },
  )
})
