import { expect, test } from 'vitest'
import { isWebhookSecret, newWebhookSecret, webhookHeaders } from './signature.ts'

test('signs as the libraries of Standard Webhooks verify', () => {
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAtSecs: 1_614_265_330, body: '{"test": 2432232314}' }
  expect(webhookHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], message)).toEqual({
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('makes secrets that it takes, each another', () => {
  const [one, other] = [newWebhookSecret(), newWebhookSecret()]
  expect([isWebhookSecret(one), isWebhookSecret(other), one === other]).toEqual([true, true, false])
})

test.for([
  ['no prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ['too short', `whsec_${Buffer.alloc(23).toString('base64')}`],
  ['too long', `whsec_${Buffer.alloc(65).toString('base64')}`],
  ['not base64', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!'],
])('P20 takes no secret that receivers could not use: %s', ([, text]) => {
  expect(isWebhookSecret(text as string)).toBe(false)
})
