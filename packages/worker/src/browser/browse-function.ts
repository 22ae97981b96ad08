import { detectBlock } from '@agentic/browser-detection'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import type { Page } from 'playwright-core'
import * as v from 'valibot'
import { WorkerError } from '../errors.ts'
import type { FunctionContext, WorkerFunction } from '../worker-function.ts'
import { problemsOf } from '../worker-spec.ts'
import { type AddressPolicyOptions, createAddressPolicy } from './addresses.ts'
import { type Chromium, findChromium, type FindChromiumOptions } from './find-chromium.ts'
import { openGuardProxy } from './guard-proxy.ts'
import { createSlots } from './slots.ts'
import { type Visit, visit } from './visit.ts'
import { type ChromiumHost, withChromium } from './with-chromium.ts'

export interface BrowseOptions extends AddressPolicyOptions, FindChromiumOptions {
  /**
   * Keeps the picture of a page that blocked a run; answers the reference that the evidence holds.
   * @default no picture is taken
   */
  readonly saveScreenshot?:
    | ((png: Uint8Array, run: { readonly agentId: string; readonly runId: string }) => Promise<string>)
    | undefined
  /**
   * Most browsers at a time, at least 1; further runs wait, and their wall clock runs.
   * @default 2
   */
  readonly maxBrowsers?: number | undefined
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

const DEFAULTS = { waitMs: 250, maxBrowsers: 2, navigationTimeoutMs: 30_000 } as const

/** How much of a page's text the result quotes, in characters. */
const EXCERPT_MAX_LENGTH = 4096

const SCREENSHOT_MS = 3000

const inputSchema: v.GenericSchema<unknown, BrowseInput> = v.strictObject(
  {
    url: v.pipe(
      v.string('must be a text'),
      v.maxLength(8192, 'must be at most 8192 characters long'),
      v.check((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''), 'must be an address of http: or https:'),
    ),
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
  const isAllowed = createAddressPolicy(options)
  const slots = createSlots(Math.max(1, options.maxBrowsers ?? DEFAULTS.maxBrowsers))
  const host: ChromiumHost = { hasChromiumSandbox: process.getuid?.() !== 0 }
  let found: Promise<Chromium> | undefined

  async function findOnce(): Promise<Chromium> {
    found ??= findChromium(options)
    try {
      return await found
    } catch (error) {
      // One that is installed later is found then.
      found = undefined
      throw error
    }
  }

  return async (run) => {
    const input = parseInput(run.input)
    const leave = await slots.enter(run.signal)
    try {
      const chromium = await findOnce()
      const proxy = await openGuardProxy(isAllowed)
      try {
        const { signal, killSignal } = run
        return await withChromium({ chromium, host, proxyUrl: proxy.url, signal, killSignal }, async (context) => {
          const seen = await visit(context, {
            url: input.url,
            waitMs: input.waitMs ?? DEFAULTS.waitMs,
            navigationTimeoutMs: options.navigationTimeoutMs ?? DEFAULTS.navigationTimeoutMs,
            proxy,
            signal,
          })
          run.progress()
          return await outcomeOf(run, input.url, seen, options.saveScreenshot)
        })
      } finally {
        await proxy.close()
      }
    } finally {
      leave()
    }
  }
}

function parseInput(input: unknown): BrowseInput {
  const parsed = v.safeParse(inputSchema, input)
  if (parsed.success) return parsed.output
  throw new WorkerError('INPUT_INVALID', problemsOf(parsed.issues, 'input'))
}

async function outcomeOf(
  run: FunctionContext,
  url: string,
  { page, finalUrl, status, headers, cookieNames, ...seen }: Visit,
  saveScreenshot: BrowseOptions['saveScreenshot'],
): Promise<WorkerOutcome> {
  // Scrubbed before anything of it is cut.
  const html = run.scrub(seen.html)
  const block = detectBlock({ html, requestedUrl: url, finalUrl, status, headers, cookieNames })
  if (block === undefined) {
    const title = run.scrub(seen.title)
    const text = run.scrub(seen.text).slice(0, EXCERPT_MAX_LENGTH)
    return {
      type: 'success',
      result: `${title}\n\n${text}`.trim(),
      data: { url, finalUrl, status: status ?? null, title },
    }
  }
  const picture = saveScreenshot === undefined ? {} : await takePicture(page, (png) => saveScreenshot(png, run))
  const signals = [...block.evidence.signals, ...(picture.problem === undefined ? [] : [picture.problem])]
  const evidence = { ...block.evidence, screenshot: picture.reference, signals }
  return { type: 'blocked', block: block.reason, url, evidence }
}

interface Picture {
  readonly reference?: string
  readonly problem?: string
}

/** A picture is worth having and not worth losing the block for. */
async function takePicture(page: Page, save: (png: Uint8Array) => Promise<string>): Promise<Picture> {
  try {
    return { reference: await save(await page.screenshot({ timeout: SCREENSHOT_MS })) }
  } catch (error) {
    return { problem: `there is no screenshot: ${String(error).split('\n', 1)[0]}` }
  }
}
