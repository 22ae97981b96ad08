import { expect, test } from 'vitest'
import * as api from './index.ts'

test('exports what the README names, and nothing else', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'DEFAULT_AGENT_LIMITS',
    'ToolError',
    'WorkerError',
    'acpAgentSchema',
    'agentBudgetSchema',
    'agentRunSettingsSchema',
    'createBrowseFunction',
    'createBrowserHost',
    'createBrowserSession',
    'createBrowserTools',
    'createGuardedFetch',
    'createModelEmbedder',
    'createModelWriter',
    'createSealedStates',
    'createWorker',
    'defineTool',
    'findChromium',
    'modelSettingsSchema',
    'workerSpecSchema',
  ])
})
