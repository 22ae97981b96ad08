import * as v from 'valibot'
import { WorkerError } from '../errors.ts'
import type { SessionSettings } from './browser-session.ts'
import { goTo } from './go-to.ts'
import type { OpenBrowser } from './open-browser.ts'
import { defineTool } from '../tools/run-tool.ts'
import type { BrowserTool, SignalContext } from './browser-tool.ts'
import type { Tab } from './tab.ts'
import type { ToolGround } from './tool-ground.ts'
import { webUrl } from './web-url.ts'

const strict = 'is not known here'

/** What moves between pages: navigate, tabs, close. */
export function createNavigationTools(ground: ToolGround): readonly BrowserTool[] {
  return [navigateTool(ground), tabsTool(ground), closeTool(ground)]
}

function navigateTool({ act, session }: ToolGround): BrowserTool {
  const open = opener(session.settings)
  return defineTool({
    name: 'browser_navigate',
    description: 'Opens an address in the current tab. Take a snapshot to see what is there.',
    input: v.strictObject({ url: webUrl }, strict),
    execute: ({ url }, { signal }: SignalContext) =>
      act({ isAction: true }, signal, ({ browser, tab }) => open(tab, browser, url)),
  })
}

function opener({ navigationTimeoutMs }: Pick<SessionSettings, 'navigationTimeoutMs'>) {
  return async (tab: Tab, { proxy }: OpenBrowser, url: string): Promise<string> => {
    const opened = await goTo(tab, url, { proxy, navigationTimeoutMs })
    return opened === 'page' ? 'opened' : 'the address answers with a file'
  }
}

function tabsTool({ act, session }: ToolGround): BrowserTool {
  const open = opener(session.settings)
  const tab = v.pipe(v.number('must be the number of a tab'), v.integer('must be a whole number'))

  return defineTool({
    name: 'browser_tabs',
    isLatestOnly: true,
    description: 'Lists the tabs, opens one, switches to one or closes one. All other tools work on the current tab.',
    input: v.variant(
      'action',
      [
        v.strictObject({ action: v.literal('list') }, strict),
        v.strictObject({ action: v.literal('open'), url: v.optional(webUrl) }, strict),
        v.strictObject({ action: v.literal('switch'), tab }, strict),
        v.strictObject({ action: v.literal('close'), tab }, strict),
      ],
      'must be list, open, switch or close',
    ),
    execute: (input, { signal }: SignalContext) =>
      act({ isAction: false }, signal, async ({ browser }) => {
        switch (input.action) {
          case 'list':
            break
          case 'open': {
            const tab = await browser.openTab()
            tab.beginAction()
            if (input.url !== undefined) await open(tab, browser, input.url)
            break
          }
          case 'switch':
            await browser.switchTo(input.tab).page.bringToFront()
            break
          case 'close':
            await browser.closeTab(
              browser.tabs.find(({ number }) => number === input.tab) ?? browser.switchTo(input.tab),
            )
            break
          default:
            input satisfies never
        }
        const numbers = browser.tabs.map((tab) => `${tab.number}${tab === browser.current ? ' (current)' : ''}`)
        return `tabs: ${numbers.join(', ')}`
      }),
  })
}

function closeTool({ session }: ToolGround): BrowserTool {
  return defineTool({
    name: 'browser_close',
    description: 'Closes the browser, with all tabs. The next browser tool starts another.',
    input: v.strictObject({}, strict),
    async execute(_input, { signal }: SignalContext) {
      try {
        await session.stop()
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof WorkerError) throw error
        throw new WorkerError('STORAGE_STATE_INVALID', 'the browser is closed, and what it remembers could not be kept')
      }
      return 'the browser is closed'
    },
  })
}
