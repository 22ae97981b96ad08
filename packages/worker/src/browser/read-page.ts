import type { Frame } from 'playwright-core'
import { WorkerError } from '../errors.ts'
import { bounded } from './bounded.ts'

/** Most of a page that is taken over, in characters: what is detected and quoted stands in far less. */
const HTML_MAX_LENGTH = 2_097_152
const TEXT_MAX_LENGTH = 65_536
/** More than is told of it, so that no secret is cut before it is known. */
const TITLE_MAX_LENGTH = 10_000

/** How long a page may take to say what it holds; one whose scripts never end never does. */
const READ_MS = 5000

/** How often a page is read again because it went to another address meanwhile. */
const READ_ATTEMPTS = 5

export type PagePart = 'html' | 'text' | 'title' | 'elementCount'

// In text, because it runs in the page; cut there, because a page can be as large as it likes.
const SCRIPTS: Readonly<Record<PagePart, string>> = {
  html: `(document.documentElement?.outerHTML ?? '').slice(0, ${HTML_MAX_LENGTH})`,
  text: `(document.body?.innerText ?? '').slice(0, ${TEXT_MAX_LENGTH})`,
  title: `(document.title ?? '').slice(0, ${TITLE_MAX_LENGTH})`,
  elementCount: `document.getElementsByTagName('*').length`,
}

/**
 * Reads what a frame's document holds now. Rejects with PAGE_UNRESPONSIVE where it does not answer, or with
 * NAVIGATION_FAILED where it does not stand still.
 */
export async function readPage(frame: Frame, what: PagePart, signal: AbortSignal): Promise<string> {
  return String(await evaluateIn(frame, SCRIPTS[what], { limitMs: READ_MS, signal }))
}

/** Runs a script in a frame, again where the frame went elsewhere meanwhile. */
export async function evaluateIn(
  frame: Frame,
  script: string,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const onLimit = (): WorkerError => unresponsive(limitMs)
      return await bounded(frame.evaluate<unknown>(script), limitMs, { onLimit, signal })
    } catch (error) {
      if (error instanceof WorkerError || signal.aborted) throw error
      if (attempt === READ_ATTEMPTS || !isOfNavigation(error)) {
        throw new WorkerError('NAVIGATION_FAILED', `the page could not be read: ${firstLine(error)}`, {
          cause: error,
          retryable: true,
        })
      }
    }
  }
}

/** What a page that hangs is told as; whoever does work with it closes its tab. */
export function unresponsive(limitMs: number): WorkerError {
  const message = `the page did not answer within ${limitMs} ms, as when a script of it never ends: its tab was closed`
  return new WorkerError('PAGE_UNRESPONSIVE', message, { retryable: true })
}

function isOfNavigation(error: unknown): boolean {
  return /Execution context was destroyed|because of a navigation/.test(String(error))
}

/** What an error of Playwright says, without its log. */
export function firstLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? ''
}
