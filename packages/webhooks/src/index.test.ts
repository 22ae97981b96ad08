import { expect, test } from 'vitest'
import * as api from './index.ts'

test('exports what the README names, and nothing else', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'MAX_WEBHOOKS',
    'WebhookError',
    'createEmbeddedWebhookStore',
    'isSignedByGithub',
    'isSignedByStandard',
    'isWebhookSecret',
    'newWebhookSecret',
    'openWebhooks',
    'webhookHeaders',
  ])
})
