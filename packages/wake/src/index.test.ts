import { expect, test } from 'vitest'
import * as wake from './index.ts'

test('exports exactly this', () => {
  expect(Object.keys(wake).toSorted()).toEqual([
    'COUNT_LIMIT',
    'MAX_TRIGGERS',
    'TRIGGER_TYPES',
    'WakeError',
    'createDispatcher',
    'createEmbeddedWakeStore',
    'createWakeManager',
  ])
})
