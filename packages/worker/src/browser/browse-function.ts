import type { WorkerOutcome } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { WorkerError } from '../errors.ts'
import type { FunctionContext, WorkerFunction } from '../worker-function.ts'
import { problemsOf } from '../worker-spec.ts'
import { type BrowserHost, type BrowserHostOptions, createBrowserHost } from './browser-host.ts'
import { createBrowserSession } from './browser-session.ts'
import type { ConnectionGuardOptions } from './connection-guard.ts'
import { goTo, notAPage, whyNotOpened } from './go-to.ts'
import { blockOf, judgeTab } from './judge-page.ts'
import type { OpenBrowser } from './open-browser.ts'
import { firstLine, readPage } from './read-page.ts'
import { takeScreenshot } from './screenshot.ts'
import { settle } from './settle.ts'
import type { Tab } from './tab.ts'
import { webUrl } from './web-url.ts'

export interface BrowseOptions extends ConnectionGuardOptions, BrowserHostOptions {
  /**
   * What starts the browsers, where others share it; its bound and its Chromium hold then.
   * @default one of its own
   */
  readonly host?: BrowserHost | undefined
  /**
   * Keeps the picture of a page that blocked a run; answers the reference that the evidence holds.
   * @default no picture is taken
   */
  readonly saveScreenshot?:
    | ((png: Uint8Array, run: { readonly agentId: string; readonly runId: string }) => Promise<string>)
    | undefined
  /**
   * Longest that an address may take to answer, in milliseconds.
   * @default 30_000
   */
  readonly navigationTimeoutMs?: number | undefined
}

/** Input of a browse task. */
export interface BrowseInput {
  /** What to open: `http:` or `https:`. */
  readonly url: string
  /**
   * How long to let the page's scripts go on after it has loaded, in milliseconds.
   * @default 250
   */
  readonly waitMs?: number | undefined
}

const DEFAULTS = { waitMs: 250, navigationTimeoutMs: 30_000 } as const

/** How much of a page's text the result quotes, in characters. */
const EXCERPT_MAX_LENGTH = 4096

const inputSchema: v.GenericSchema<unknown, BrowseInput> = v.strictObject(
  {
    url: webUrl,
    waitMs: v.optional(
      v.pipe(
        v.number('must be a number of milliseconds'),
        v.minValue(0, 'must be at least 0'),
        v.maxValue(60_000, 'must be at most 60000'),
      ),
    ),
  },
  'must be {url, waitMs?}',
)

/**
 * Creates the function that opens a page in a Chromium of its own: `blocked` with evidence when the page is a block,
 * else `success` with its title and text. Register it under a name, such as `browse`.
 */
export function createBrowseFunction(options: BrowseOptions = {}): WorkerFunction {
  const host = options.host ?? createBrowserHost(options)
  const navigationTimeoutMs = options.navigationTimeoutMs ?? DEFAULTS.navigationTimeoutMs

  return async (run) => {
    const { url, waitMs = DEFAULTS.waitMs } = parseInput(run.input)
    const { agentId, runId, signal, killSignal } = run
    const guard = { ...options, agentId, runId, signal, killSignal, navigationTimeoutMs }
    await using session = createBrowserSession(host, guard)
    return await session.turn(signal, async (browser) => {
      const tab = await visit(browser, url, { waitMs, navigationTimeoutMs, signal })
      run.progress()
      return await outcomeOf(run, url, tab, options.saveScreenshot)
    })
  }
}

function parseInput(input: unknown): BrowseInput {
  const parsed = v.safeParse(inputSchema, input)
  if (parsed.success) return parsed.output
  throw new WorkerError('INPUT_INVALID', problemsOf(parsed.issues, 'input'))
}

interface VisitOptions {
  readonly waitMs: number
  readonly navigationTimeoutMs: number
  readonly signal: AbortSignal
}

/** Opens an address and waits for what stands there in the end. */
async function visit(browser: OpenBrowser, url: string, options: VisitOptions): Promise<Tab> {
  const { waitMs, navigationTimeoutMs, signal } = options
  const { current: tab, proxy } = browser
  tab.beginAction()
  if ((await goTo(tab, url, { proxy, navigationTimeoutMs })) === 'file') throw notAPage(url)
  await settle(() => browser.activityOf([tab]), {
    hasActed: true,
    quietMs: waitMs,
    limitMs: navigationTimeoutMs + waitMs,
    signal,
  })
  const failure = whyNotOpened(tab, proxy)
  if (failure !== undefined) throw failure
  return tab
}

async function outcomeOf(
  run: FunctionContext,
  url: string,
  tab: Tab,
  saveScreenshot: BrowseOptions['saveScreenshot'],
): Promise<WorkerOutcome> {
  const { signal } = run
  const scrub = (text: string): string => run.scrub(text)
  const { detection } = await judgeTab(tab, { scrub, signal })
  if (detection !== undefined) {
    const picture =
      saveScreenshot === undefined ? {} : await takePicture(tab, signal, (png) => saveScreenshot(png, run))
    const { reason, evidence } = blockOf(tab, detection, picture)
    return { type: 'blocked', block: reason, url, evidence }
  }
  const frame = tab.page.mainFrame()
  // Scrubbed before anything of it is cut.
  const title = scrub(await readPage(frame, 'title', signal))
  const text = scrub(await readPage(frame, 'text', signal)).slice(0, EXCERPT_MAX_LENGTH)
  const status = tab.responseOf(frame)?.status() ?? null
  return { type: 'success', result: `${title}\n\n${text}`.trim(), data: { url, finalUrl: frame.url(), status, title } }
}

/** A picture is worth having and not worth losing the block for. */
async function takePicture(
  { page }: Tab,
  signal: AbortSignal,
  save: (png: Uint8Array) => Promise<string>,
): Promise<{ readonly reference?: string; readonly problem?: string }> {
  try {
    return { reference: await save(await takeScreenshot(page, { hiddenParts: () => [] }, { signal })) }
  } catch (error) {
    return { problem: `there is no screenshot: ${firstLine(error)}` }
  }
}
