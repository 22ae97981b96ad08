import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askOurs } from '../test/ask-ours.ts'
import { judge, linesOf, readPages } from '../test/judgement.ts'

const fixtures = join(import.meta.dirname, '..', 'test', 'fixtures')

test('finds every wall among the fixtures, names it, and takes no ordinary page for one', async () => {
  const judgement = judge(await readPages(fixtures), askOurs)
  expect(judgement.blocked).toBeGreaterThan(200)
  expect(judgement.benign).toBeGreaterThan(200)
  expect(linesOf(judgement).slice(6)).toEqual([])
})

test('finds no wall on an ordinary page of the fixtures when the status is not known', async () => {
  const pages = await readPages(fixtures)
  const withoutStatus = pages.map((page) => ({ ...page, snapshot: { ...page.snapshot, status: undefined } }))
  expect(linesOf(judge(withoutStatus, askOurs)).filter((line) => line.startsWith('false positives'))).toEqual([])
})

test('says what a detector gets wrong, with its signals', async () => {
  const pages = await pagesOf([
    { file: 'a.html', kind: 'waf', vendor: 'akamai', accept_kinds: ['waf'] },
    { file: 'a.html', kind: 'captcha', provider: 'hcaptcha', vendor: null, status: null, headers: null },
    { file: 'a.html', kind: 'login-wall', accept_kinds: ['none', 'login_wall'] },
    { file: 'a.html', kind: 'rate_limit', html: 'ignored where there is a file' },
    { id: 'inline', html: 'ok', kind: 'benign', unknown_field: 1 },
    { id: 'only a title', title: 'ok' },
  ])
  let asked = 0
  const answers = [
    { kind: 'waf', vendor: 'sucuri' },
    { kind: 'waf' },
    undefined,
    undefined,
    { kind: 'waf', signals: ['x'] },
  ]
  expect(linesOf(judge(pages, () => answers[asked++]))).toEqual([
    '4 blocked, 2 benign',
    'precision      0.667 (2/3)',
    'recall         0.667 (2/3)',
    'macro recall   0.500 over 4 vendors',
    'kind right     0.500 (1/2)',
    'vendor right   0.000 (0/1)',
    'false positives: 1',
    '  inline (none) -> waf [x]',
    'wrong kind: 1',
    '  a.html (captcha, hcaptcha) -> waf []',
    'wrong vendor: 1',
    '  a.html (waf, akamai) -> waf sucuri []',
    'missed: 1',
    '  a.html (rate_limit)',
  ])
})

test('reads lists by any name and a bare list alike, and leaves out what is excluded', async () => {
  const page = { id: 'x', html: 'ok', kind: 'none' }
  expect(await pagesOf({ note: 'n', pages: [page], headers_only: [page], excluded: [page] })).toHaveLength(2)
  expect(await pagesOf([page, null, 'junk'])).toHaveLength(1)
  await expect(pagesOf('junk')).rejects.toThrow('index.json must hold a list of pages')
})

async function pagesOf(index: unknown): ReturnType<typeof readPages> {
  const folder = await mkdtemp(join(tmpdir(), 'judgement-'))
  try {
    await writeFile(join(folder, 'a.html'), '<p>a')
    await writeFile(join(folder, 'index.json'), JSON.stringify(index))
    return await readPages(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
