import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge, readPages } from '../test/judgement.ts'
import { rivals } from '../test/rivals.ts'

/** Real pages where AGENTIC_CORPUS names a folder of them, else the fixtures of the tests. */
const folder = process.env['AGENTIC_CORPUS'] ?? join(import.meta.dirname, '..', 'test', 'fixtures')
const pages = await readPages(folder)
/** Speed is asked on a few, long and short pages as they come: the slowest detector needs milliseconds for each. */
const sample = pages.filter((_, index) => index % Math.ceil(pages.length / 8) === 0).map(({ snapshot }) => snapshot)

test('which detector is right, and what does each cost a page?', { timeout: 300_000 }, async ({ bench }) => {
  const rows = Object.entries(rivals).map(([name, ask]) => {
    const { hits, misses, blocked, benign, falsePositives, wrongKind, wrongVendor, named, macroRecall } = judge(
      pages,
      ask,
    )
    return {
      detector: name,
      precision: share(hits, hits + falsePositives.length),
      recall: share(hits, hits + misses.length),
      'macro recall': macroRecall.toFixed(3),
      'false positives': `${falsePositives.length} of ${benign}`,
      'kind right': share(hits - wrongKind.length, hits),
      'vendor right': share(named - wrongVendor.length, named),
      blocked,
    }
  })
  console.table(rows)
  expect(rows).toHaveLength(Object.keys(rivals).length)
  await bench.compare(
    ...Object.entries(rivals).map(([name, ask]) =>
      bench(`${name}, ${sample.length} pages`, () => {
        for (const snapshot of sample) ask(snapshot)
      }),
    ),
  )
})

function share(part: number, whole: number): string {
  return whole === 0 ? 'none' : (part / whole).toFixed(3)
}
