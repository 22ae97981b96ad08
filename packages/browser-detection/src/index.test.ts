import { expect, test } from 'vitest'
import * as detection from './index.ts'

test('exports exactly what it promises', () => {
  expect(Object.keys(detection).toSorted()).toEqual(['detectBlock', 'inspectPage'])
})
