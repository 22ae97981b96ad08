import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlockReason } from '@agentic/worker-outcome'
import type { PageSnapshot } from '../src/index.ts'

/** A page of a judging set, and what it is. */
export interface JudgedPage {
  readonly name: string
  readonly snapshot: PageSnapshot
  /** `captcha`, `waf`, `rate_limit`, `login_wall`, `unknown` or `none`. */
  readonly kind: string
  /** Every answer that counts as right. */
  readonly accepted: ReadonlySet<string>
  /** Names that count as right; none where the vendor does not matter. */
  readonly vendors: readonly string[]
}

/** What a detector says of a page, so that others than ours can be judged too. */
export interface Answer {
  readonly kind: string
  readonly vendor?: string | undefined
  readonly signals?: readonly string[] | undefined
}

export interface Judgement {
  readonly blocked: number
  readonly benign: number
  readonly hits: number
  readonly misses: readonly JudgedPage[]
  readonly falsePositives: readonly Answered[]
  readonly wrongKind: readonly Answered[]
  readonly wrongVendor: readonly Answered[]
  /** Hits on pages with a known vendor, to which the detector gave a name. */
  readonly named: number
  /** Mean over vendors of the share of their pages that were found. */
  readonly macroRecall: number
  readonly vendors: number
}

export interface Answered {
  readonly page: JudgedPage
  readonly answer: Answer
}

const KINDS: Readonly<Record<string, string>> = {
  benign: 'none',
  'fraud-detect': 'waf',
  'login-wall': 'login_wall',
  'rate-limit': 'rate_limit',
}

/** Reads `FOLDER/index.json`: a list of pages, or an object that holds lists of them. Fields may lack or be null. */
export async function readPages(folder: string): Promise<readonly JudgedPage[]> {
  const index: unknown = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))
  const entries = listsOf(index).filter(isEntry)
  return Promise.all(entries.map((entry) => readPage(folder, entry)))
}

/** Compares what a detector says with what the pages are. A page that may be taken for no block is no miss. */
export function judge(pages: readonly JudgedPage[], ask: (snapshot: PageSnapshot) => Answer | undefined): Judgement {
  const answered = pages.map((page) => ({ page, answer: ask(page.snapshot) }))
  const blocked = answered.filter(({ page }) => page.kind !== 'none')
  const hits = blocked.filter(isAnswered)
  const named = hits.filter(({ page, answer }) => page.vendors.length > 0 && answer.vendor !== undefined)
  const byVendor = Map.groupBy(blocked, ({ page }) => page.vendors[0] ?? page.kind)
  const recalls = [...byVendor.values()].map((group) => group.filter(isAnswered).length / group.length)
  return {
    blocked: blocked.length,
    benign: answered.length - blocked.length,
    hits: hits.length,
    misses: blocked.flatMap(({ page, answer }) => (answer === undefined && !page.accepted.has('none') ? [page] : [])),
    falsePositives: answered.filter(isAnswered).filter(({ page }) => page.kind === 'none'),
    wrongKind: hits.filter(({ page, answer }) => !page.accepted.has(answer.kind)),
    wrongVendor: named.filter(({ page, answer }) => !isSameVendor(page, answer)),
    named: named.length,
    macroRecall: recalls.reduce((sum, recall) => sum + recall, 0) / Math.max(1, recalls.length),
    vendors: byVendor.size,
  }
}

/** Puts a reason of ours in the words of an index. */
export function kindOf(reason: BlockReason): string {
  return KINDS[reason.type] ?? reason.type
}

/** Says a judgement in lines for a person. */
export function linesOf(judgement: Judgement): readonly string[] {
  const { blocked, benign, hits, misses, falsePositives, wrongKind, wrongVendor, named } = judgement
  return [
    `${blocked} blocked, ${benign} benign`,
    `precision      ${ratio(hits, hits + falsePositives.length)}`,
    `recall         ${ratio(hits, hits + misses.length)}`,
    `macro recall   ${judgement.macroRecall.toFixed(3)} over ${judgement.vendors} vendors`,
    `kind right     ${ratio(hits - wrongKind.length, hits)}`,
    `vendor right   ${ratio(named - wrongVendor.length, named)}`,
    ...listed('false positives', falsePositives),
    ...listed('wrong kind', wrongKind),
    ...listed('wrong vendor', wrongVendor),
    ...(misses.length === 0 ? [] : [`missed: ${misses.length}`]),
    ...misses.map(({ name, kind, vendors }) => `  ${name} (${[kind, ...vendors].join(', ')})`),
  ]
}

function listed(title: string, answers: readonly Answered[]): readonly string[] {
  if (answers.length === 0) return []
  return [
    `${title}: ${answers.length}`,
    ...answers.map(({ page, answer }) => {
      const said = [answer.kind, answer.vendor].filter((word) => word !== undefined).join(' ')
      return `  ${page.name} (${[page.kind, ...page.vendors].join(', ')}) -> ${said} [${(answer.signals ?? []).join('; ')}]`
    }),
  ]
}

function isAnswered(answered: {
  readonly page: JudgedPage
  readonly answer: Answer | undefined
}): answered is Answered {
  return answered.answer !== undefined
}

/** Sites' own captchas go by what they show: `custom-image` is an `image`. */
function isSameVendor({ vendors }: JudgedPage, { vendor }: Answer): boolean {
  return vendors.some((name) => name === vendor || name === `custom-${vendor}`)
}

type Entry = Readonly<Record<string, unknown>>

function listsOf(index: unknown): readonly unknown[] {
  if (Array.isArray(index)) return index
  if (!isEntry(index)) throw new Error('index.json must hold a list of pages, or an object with such lists')
  return Object.entries(index)
    .filter(([name]) => name !== 'excluded')
    .flatMap(([, value]) => (Array.isArray(value) ? value : []))
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readPage(folder: string, entry: Entry): Promise<JudgedPage> {
  const kind = kindNamed(textOf(entry['kind']) ?? 'none')
  const others = Array.isArray(entry['accept_kinds']) ? entry['accept_kinds'] : []
  const vendors = [textOf(entry['vendor']), textOf(entry['provider'])].filter((name) => name !== undefined)
  return {
    name: textOf(entry['file']) ?? textOf(entry['id']) ?? 'a page without a name',
    snapshot: {
      html: await htmlOf(folder, entry),
      status: typeof entry['status'] === 'number' ? entry['status'] : undefined,
      headers: isEntry(entry['headers']) ? headersOf(entry['headers']) : undefined,
      requestedUrl: textOf(entry['requested_url']),
      finalUrl: textOf(entry['final_url']),
    },
    kind,
    accepted: new Set([kind, ...others.filter((other) => typeof other === 'string').map(kindNamed)]),
    vendors,
  }
}

async function htmlOf(folder: string, entry: Entry): Promise<string> {
  const file = textOf(entry['file'])
  if (file !== undefined) return readFile(join(folder, file), 'utf8')
  if (entry['body_json'] !== undefined) return JSON.stringify(entry['body_json'])
  const title = textOf(entry['title'])
  return textOf(entry['html']) ?? (title === undefined ? '' : `<title>${title}</title>`)
}

function headersOf(headers: Entry): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

function kindNamed(kind: string): string {
  return KINDS[kind] ?? kind
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${(part / whole).toFixed(3)} (${part}/${whole})`
}
