/**
 * Judges the detector on saved pages: `judge.ts FOLDER`, where FOLDER/index.json lists
 * `{ file, kind, accept_kinds?, vendor?, provider?, status?, headers?, requested_url?, final_url? }`
 * and `kind` is `captcha`, `waf`, `rate_limit`, `login_wall` or `none`. Without a folder it judges on the fixtures of the tests.
 */
import { join } from 'node:path'
import { askOurs } from '../test/ask-ours.ts'
import { judge, linesOf, readPages } from '../test/judgement.ts'

const folder = process.argv[2] ?? join(import.meta.dirname, '..', 'test', 'fixtures')
for (const line of linesOf(judge(await readPages(folder), askOurs))) console.log(line)
