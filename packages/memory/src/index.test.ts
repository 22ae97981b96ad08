import { expect, test } from 'vitest'
import * as api from './index.ts'

test('exports what the README names, and nothing else', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'ASSOCIATION_KINDS',
    'DEFAULT_HALF_LIVES',
    'DEFAULT_IMPORTANCE',
    'MEMORY_KINDS',
    'MemoryError',
    'createBulletins',
    'createEmbeddedMemoryStore',
    'createRecall',
    'currentImportance',
    'maintainAgent',
    'mergeMemories',
    'planAssociations',
    'planMaintenance',
    'renderBulletin',
  ])
})
