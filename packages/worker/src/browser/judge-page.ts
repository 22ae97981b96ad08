import { type Detection, type Inspection, inspectPage } from '@agentic/browser-detection'
import type { Block } from '@agentic/worker-outcome'
import type { Frame } from 'playwright-core'
import { readPage } from './read-page.ts'
import type { Tab } from './tab.ts'

export interface JudgeOptions {
  /**
   * Kinds of block to go on with, as a login wall for an agent that can sign in.
   * @default []
   */
  readonly ignoreBlocks?: readonly Block['reason']['type'][] | undefined
  /** Takes secrets out of a page before anything of it is quoted. */
  scrub(text: string): string
  /** Address where what was just done began. */
  readonly startedAt?: string | undefined
  readonly signal: AbortSignal
}

const URL_MAX_LENGTH = 8192

/** A frame is a page of its own to a visitor when it fills this part of the window. */
const FRAME_PART = 0.5
const FRAMES_MAX = 20

/** What a frame tells of the page around it: a login or an error in a frame is the frame's own. */
const IGNORED_IN_FRAMES = ['login-wall', 'rate-limit', 'unknown'] as const

/** Says whether what a tab shows now is a block: its document, else a frame that fills the window. */
export async function judgeTab(tab: Tab, options: JudgeOptions): Promise<Inspection> {
  const { page } = tab
  const judged = await judgeFrame(tab, page.mainFrame(), options)
  if (judged.detection !== undefined) return judged
  for (const frame of await fillingFrames(tab)) {
    const ignoreBlocks = [...IGNORED_IN_FRAMES, ...(options.ignoreBlocks ?? [])]
    const { detection } = await judgeFrame(tab, frame, { ...options, ignoreBlocks }).catch(() => NOTHING_SEEN)
    if (detection !== undefined) return { ...judged, detection: inFrame(detection) }
  }
  return judged
}

const NOTHING_SEEN: Inspection = { advisories: [], counterSignals: [] }

async function judgeFrame(tab: Tab, frame: Frame, options: JudgeOptions): Promise<Inspection> {
  const { scrub, startedAt, signal } = options
  const html = await readPage(frame, 'html', signal)
  const response = tab.responseOf(frame)
  const finalUrl = frame.url().slice(0, URL_MAX_LENGTH)
  const requestedUrl = frame === tab.page.mainFrame() ? requestedBy(tab, finalUrl, startedAt) : undefined
  return inspectPage(
    {
      html: scrub(html),
      finalUrl,
      requestedUrl,
      status: response?.status(),
      headers: response?.headers(),
      cookieNames: await cookieNamesOf(tab),
    },
    { ignore: options.ignoreBlocks ?? [] },
  )
}

/** Who sends a form and comes back to it, as to sign in with a wrong password, was not sent elsewhere. */
function requestedBy(tab: Tab, finalUrl: string, startedAt: string | undefined): string | undefined {
  const isBack = tab.isRequestedByForm && startedAt !== undefined && placeOf(startedAt) === placeOf(finalUrl)
  return isBack ? finalUrl : tab.requestedUrl
}

function placeOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? url
}

async function cookieNamesOf({ page }: Tab): Promise<readonly string[]> {
  return (await page.context().cookies(page.url())).map(({ name }) => name)
}

async function fillingFrames({ page }: Tab): Promise<readonly Frame[]> {
  const frames = page.frames().filter((frame) => frame.parentFrame() === page.mainFrame())
  const size = page.viewportSize()
  if (size === null) return []
  const shown = await Promise.all(
    frames.slice(0, FRAMES_MAX).map(async (frame) => ((await partShown(frame, size)) >= FRAME_PART ? [frame] : [])),
  )
  return shown.flat()
}

/** How much of the window a frame fills, from 0 to 1. */
async function partShown(frame: Frame, size: { readonly width: number; readonly height: number }): Promise<number> {
  try {
    const element = await frame.frameElement()
    const box = (await element.isVisible()) ? await element.boundingBox() : null
    if (box === null) return 0
    const width = Math.min(box.x + box.width, size.width) - Math.max(box.x, 0)
    const height = Math.min(box.y + box.height, size.height) - Math.max(box.y, 0)
    return (Math.max(0, width) * Math.max(0, height)) / (size.width * size.height)
  } catch {
    // It went away meanwhile.
    return 0
  }
}

function inFrame(detection: Detection): Detection {
  const signals = ['in a frame that fills the page', ...detection.evidence.signals]
  return { ...detection, evidence: { ...detection.evidence, signals } }
}

/** Headers that say who stopped us, and for how long. */
const TELLING_HEADERS = [
  'retry-after',
  'www-authenticate',
  'server',
  'cf-mitigated',
  'cf-ray',
  'x-amzn-waf-action',
  'x-datadome',
  'x-dd-b',
  'x-vercel-mitigated',
  'x-sucuri-block',
  'x-azure-ref',
  'x-cache',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'ratelimit',
]

const HEADER_MAX_LENGTH = 120

/** The block as a run reports it. */
export function blockOf(tab: Tab, detection: Detection, screenshot: Screenshot): Block {
  const { evidence } = detection
  const headers = tab.responseOf(tab.page.mainFrame())?.headers() ?? {}
  const told = TELLING_HEADERS.flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [`header ${name}: ${value.slice(0, HEADER_MAX_LENGTH)}`]
  })
  const signals = [...evidence.signals, ...told, ...(screenshot.problem === undefined ? [] : [screenshot.problem])]
  return {
    reason: detection.reason,
    url: tab.requestedUrl,
    evidence: { ...evidence, screenshot: screenshot.reference, signals },
  }
}

/** A picture is worth having and not worth losing the block for. */
export interface Screenshot {
  readonly reference?: string | undefined
  readonly problem?: string | undefined
}
