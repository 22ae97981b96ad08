import { expect, test } from 'vitest'
import * as api from './index.ts'

test('exports what the README names, and nothing else', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'DEFAULT_BUDGET',
    'DEFAULT_STALL_LIMITS',
    'HTML_SNIPPET_MAX_BYTES',
    'JSON_MAX_DEPTH',
    'WITHHELD_TEXT',
    'blockEvidenceSchema',
    'blockReasonSchema',
    'createBudget',
    'describeBlock',
    'failClosed',
    'failedOutcome',
    'htmlSnippetOf',
    'isJson',
    'jsonSchema',
    'routeOutcome',
    'scrubJson',
    'scrubOutcome',
    'supervise',
    'systemClock',
    'tightestBudget',
    'workerOutcomeSchema',
  ])
})
