import { expect, test } from 'vitest'
import * as api from './index.ts'

test('exports what the README names, and nothing else', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'INSTANCE_SHARED',
    'MAX_ENV_BYTES',
    'MAX_VALUE_BYTES',
    'SECRET_PATTERNS',
    'SecretsError',
    'WITHHELD_REASONS',
    'agentScope',
    'autoCategory',
    'createPatternScrubber',
    'createScrubber',
    'createSecretStore',
    'envNameProblem',
    'generateRootKey',
    'keyFromDescriptor',
    'keyFromEnvironment',
    'keyFromFile',
    'keyFromKeyring',
    'keyFromPassphrase',
    'keyFromService',
    'keyFromText',
    'saveToKeyring',
  ])
})
