/**
 * Judges the detector on a folder of saved pages: `judge.ts FOLDER`, where FOLDER/index.json holds
 * `{ pages: [{ file, kind, accept_kinds?, vendor?, provider?, status?, headers?, requested_url?, final_url? }] }`
 * and `kind` is `captcha`, `waf`, `rate_limit`, `login_wall` or `none`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BlockReason } from '@agentic/worker-outcome'
import { type Detection, detectBlock, type PageSnapshot } from '../src/index.ts'

interface SavedPage {
  readonly file?: string
  readonly id?: string
  readonly title?: string
  readonly body_json?: unknown
  readonly kind: string
  readonly accept_kinds?: readonly string[]
  readonly vendor?: string
  readonly provider?: string
  readonly group?: string
  readonly status?: number | null
  readonly headers?: Readonly<Record<string, string>> | null
  readonly requested_url?: string | null
  readonly final_url?: string | null
}

interface Verdict {
  readonly page: SavedPage
  readonly detection: Detection | undefined
}

const KIND_OF: Readonly<Record<BlockReason['type'], string>> = {
  captcha: 'captcha',
  'fraud-detect': 'waf',
  'rate-limit': 'rate_limit',
  'login-wall': 'login_wall',
  unknown: 'unknown',
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder that holds index.json')
const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
  readonly pages: readonly SavedPage[]
  readonly headers_only?: readonly SavedPage[]
}
report(
  'pages',
  index.pages.map((page) => judge(folder, page)),
)
if (index.headers_only !== undefined)
  report(
    'headers only',
    index.headers_only.map((page) => judge(folder, page)),
  )

function judge(root: string, page: SavedPage): Verdict {
  const snapshot: PageSnapshot = {
    html: htmlOf(root, page),
    status: page.status ?? undefined,
    headers: page.headers ?? undefined,
    requestedUrl: page.requested_url ?? undefined,
    finalUrl: page.final_url ?? undefined,
  }
  return { page, detection: detectBlock(snapshot) }
}

function htmlOf(root: string, { file, title, body_json: json }: SavedPage): string {
  if (file !== undefined) return readFileSync(join(root, file), 'utf8')
  if (title !== undefined) return `<title>${title}</title>`
  return json === undefined ? '' : JSON.stringify(json)
}

function report(name: string, verdicts: readonly Verdict[]): void {
  const blocked = verdicts.filter(({ page }) => page.kind !== 'none')
  const hits = blocked.filter(({ detection }) => detection !== undefined)
  const optional = ({ page }: Verdict): boolean => page.accept_kinds?.includes('none') ?? false
  const misses = blocked.filter((verdict) => verdict.detection === undefined && !optional(verdict))
  const falsePositives = verdicts.filter(({ page, detection }) => page.kind === 'none' && detection !== undefined)
  const wrongKind = hits.filter((verdict) => !isKindRight(verdict))
  const named = hits.filter(({ page, detection }) => page.vendor !== undefined && nameOf(detection) !== undefined)
  const wrongVendor = named.filter((verdict) => !isVendorRight(verdict))

  console.log(`\n${name}: ${blocked.length} blocked, ${verdicts.length - blocked.length} benign`)
  console.log(`  precision        ${ratio(hits.length, hits.length + falsePositives.length)}`)
  console.log(`  recall           ${ratio(hits.length, hits.length + misses.length)}`)
  console.log(
    `  macro recall     ${macroRecall(blocked).toFixed(3)} over ${new Set(blocked.map(({ page }) => page.vendor ?? page.kind)).size} vendors`,
  )
  console.log(`  kind right       ${ratio(hits.length - wrongKind.length, hits.length)}`)
  console.log(`  vendor right     ${ratio(named.length - wrongVendor.length, named.length)}`)
  list('missed', misses)
  list('wrong kind', wrongKind)
  list('wrong vendor', wrongVendor)
  list('false positives', falsePositives)
}

function isKindRight({ page, detection }: Verdict): boolean {
  const kind = detection === undefined ? 'none' : KIND_OF[detection.reason.type]
  return kind === page.kind || (page.accept_kinds?.includes(kind) ?? false)
}

function isVendorRight({ page, detection }: Verdict): boolean {
  const name = nameOf(detection)
  return name === page.vendor || name === page.provider || page.provider === `custom-${name}`
}

function nameOf(detection: Detection | undefined): string | undefined {
  if (detection?.reason.type === 'fraud-detect') return detection.reason.vendor
  return detection?.reason.type === 'captcha' ? detection.reason.provider : undefined
}

function macroRecall(blocked: readonly Verdict[]): number {
  const byVendor = Map.groupBy(blocked, ({ page }) => page.vendor ?? page.kind)
  const recalls = [...byVendor.values()].map(
    (group) => group.filter(({ detection }) => detection !== undefined).length / group.length,
  )
  return recalls.reduce((sum, recall) => sum + recall, 0) / Math.max(1, recalls.length)
}

function list(name: string, verdicts: readonly Verdict[]): void {
  if (verdicts.length > 0) console.log(`  ${name}: ${verdicts.length}`)
  for (const { page, detection } of verdicts) {
    const said =
      detection === undefined
        ? ''
        : ` -> ${JSON.stringify(detection.reason)} ${detection.confidence} [${detection.signals.join('; ')}]`
    console.log(`    ${page.file ?? page.id} (${page.kind}, ${page.vendor ?? page.group ?? '?'})${said}`)
  }
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${(part / whole).toFixed(3)} (${part}/${whole})`
}
