import * as v from 'valibot'
import { WorkerError } from '../errors.ts'
import { evaluateIn, firstLine, readPage } from './read-page.ts'
import type { References } from './references.ts'
import { defineTool } from '../tools/run-tool.ts'
import type { BrowserTool, SignalContext } from './browser-tool.ts'
import { takeScreenshot } from './screenshot.ts'
import { writeSnapshot } from './snapshot.ts'
import { type ToolGround, type Turn, WAIT_MAX_MS } from './tool-ground.ts'
import { openWorkspaceFolder, safeFileName } from './workspace-folder.ts'

const strict = 'is not known here'
const flag = v.optional(v.boolean('must be true or false'), false)

/** What looks at a page: snapshot, screenshot, wait_for, evaluate. */
export function createPageTools(
  ground: ToolGround,
  references: References,
  { allowEvaluate }: { readonly allowEvaluate: boolean },
): readonly BrowserTool[] {
  const tools = [snapshotTool(ground, references), screenshotTool(ground), waitForTool(ground)]
  return allowEvaluate ? [...tools, evaluateTool(ground)] : tools
}

/** Of a page with more elements, a snapshot takes longer than anybody waits. */
const ELEMENTS_MAX = 50_000

/** Names, classes and ids. What asks for attributes could be used to guess what a field holds. */
const SELECTOR = /^[\w\s.#>:()*,+~-]{1,500}$/

function snapshotTool({ act, session, scrub, secrets, quotePage }: ToolGround, references: References): BrowserTool {
  const timeout = 2 * session.settings.actionTimeoutMs

  async function textInstead({ tab, signal }: Turn, why: string): Promise<string> {
    const text = await readPage(tab.page.mainFrame(), 'text', signal)
    return `${why}: give a selector; the text of the page begins\n${quotePage(text)}`
  }

  async function take(turn: Turn, selector: string | undefined): Promise<string> {
    const { tab, signal } = turn
    const { page } = tab
    const elements = Number(await readPage(page.mainFrame(), 'elementCount', signal))
    if (elements > ELEMENTS_MAX && selector === undefined) {
      return textInstead(turn, `the page has ${elements} elements, too many for a snapshot`)
    }
    const prefix = references.prefixFor(tab)
    const options = { mode: 'ai', timeout, signal } as const
    const before = await secrets.hiddenValues(page)
    const part = selector === undefined ? page : page.locator(selector).first()
    try {
      const tree = await part.ariaSnapshotJSON(options)
      // The page may have changed a field meanwhile.
      const after = await secrets.hiddenValues(page)
      return quotePage(writeSnapshot(tree, { prefix, scrub, isHidden: (value) => before(value) || after(value) }))
    } catch (error) {
      signal.throwIfAborted()
      const why = `there is no snapshot within ${timeout} ms`
      // As of a document that a script opened and never closed.
      if (selector === undefined) return textInstead(turn, why)
      throw new WorkerError('ELEMENT_UNAVAILABLE', `${why} of ${selector}: ${firstLine(error)}`)
    }
  }

  return defineTool({
    name: 'browser_snapshot',
    isLatestOnly: true,
    description:
      'Answers what the page shows, as a tree of elements. Those with a reference, as [ref=3e5], can be clicked and typed into. A CSS selector narrows a long page.',
    input: v.strictObject(
      {
        selector: v.optional(
          v.pipe(v.string('must be a text'), v.regex(SELECTOR, 'must be a CSS selector of names, classes and ids')),
        ),
      },
      strict,
    ),
    execute: ({ selector }, { signal }: SignalContext) =>
      act({ isAction: false }, signal, (turn) => take(turn, selector)),
  })
}

function screenshotTool({ act, session, ports, secrets }: ToolGround): BrowserTool {
  const { workspace, runId } = session.settings

  async function keep(png: Uint8Array): Promise<string> {
    if (workspace === undefined) return ''
    const folder = await openWorkspaceFolder(workspace, 'screenshots')
    try {
      const { path, file } = await folder.create(`${safeFileName(runId)}.png`)
      await file.writeFile(png).finally(() => file.close())
      return `, in the workspace as ${path}`
    } finally {
      await folder.close()
    }
  }

  return defineTool({
    name: 'browser_screenshot',
    description: 'Keeps a picture of the page. To find out what is on a page, take a snapshot.',
    input: v.strictObject({ fullPage: flag }, strict),
    execute: ({ fullPage }, { signal }: SignalContext) =>
      act({ isAction: false }, signal, async ({ tab }) => {
        const png = await takeScreenshot(tab.page, secrets, { signal, fullPage })
        const reference =
          ports.saveScreenshot === undefined ? '' : `, with the reference ${await ports.saveScreenshot(png)}`
        return `a picture of ${png.length} bytes was taken${await keep(png)}${reference}`
      }),
  })
}

function waitForTool({ act }: ToolGround): BrowserTool {
  const text = v.optional(
    v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'), v.maxLength(500, 'is too long')),
  )
  return defineTool({
    name: 'browser_wait_for',
    description:
      'Waits until a text shows on the page, or is gone from it; without either, for the time that is given.',
    input: v.pipe(
      v.strictObject(
        {
          text,
          textGone: text,
          timeoutMs: v.optional(
            v.pipe(
              v.number('must be a number of milliseconds'),
              v.minValue(0, 'must be at least 0'),
              v.maxValue(WAIT_MAX_MS, `must be at most ${WAIT_MAX_MS}`),
            ),
            5000,
          ),
        },
        strict,
      ),
      v.check(
        ({ text, textGone }) => text === undefined || textGone === undefined,
        'give at most one of text and textGone',
      ),
    ),
    execute: ({ text, textGone, timeoutMs }, { signal }: SignalContext) =>
      act({ isAction: false }, signal, async ({ tab: { page } }) => {
        const wanted = text ?? textGone
        if (wanted === undefined) {
          await page.waitForTimeout(timeoutMs)
          return `waited ${timeoutMs} ms`
        }
        const state = text === undefined ? 'hidden' : 'visible'
        // A timeout of 0 is none.
        await page
          .getByText(wanted)
          .first()
          .waitFor({ state, timeout: Math.max(1, timeoutMs) })
          .catch(() => {
            signal.throwIfAborted()
            throw new WorkerError('WAIT_TIMEOUT', `the text was not ${state} within ${timeoutMs} ms`)
          })
        return `the text is ${state}`
      }),
  })
}

const EVALUATE_MS = 10_000

function evaluateTool({ act, secrets, quotePage }: ToolGround): BrowserTool {
  return defineTool({
    name: 'browser_evaluate',
    description: 'Runs a JavaScript expression in the page and answers its value as JSON.',
    input: v.strictObject(
      {
        script: v.pipe(
          v.string('must be a text'),
          v.minLength(1, 'must not be empty'),
          v.maxLength(50_000, 'is too long'),
        ),
      },
      strict,
    ),
    execute: ({ script }, { signal }: SignalContext) =>
      act({ isAction: true }, signal, async ({ tab }) => {
        // A script can write a secret in a way that nobody knows it by.
        if (!secrets.isEmpty) {
          throw new WorkerError('EVALUATE_REFUSED', 'no script is run once a secret has been typed')
        }
        const value = await evaluateIn(tab.page.mainFrame(), script, { limitMs: EVALUATE_MS, signal }).catch(
          asScriptError,
        )
        return quotePage(JSON.stringify(value) ?? 'undefined')
      }),
  })
}

function asScriptError(error: unknown): never {
  if (error instanceof WorkerError && error.code === 'NAVIGATION_FAILED') {
    throw new WorkerError('SCRIPT_FAILED', error.message.replace('the page could not be read', 'the script failed'))
  }
  throw error
}
