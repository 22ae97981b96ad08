import type { BrowserSession } from './browser-session.ts'
import type { BrowserTool } from './browser-tool.ts'
import { createElementTools } from './element-tools.ts'
import { createNavigationTools } from './navigation-tools.ts'
import { createPageTools } from './page-tools.ts'
import { createReferences } from './references.ts'
import { type BrowserToolOptions, type BrowserToolPorts, createToolGround } from './tool-ground.ts'

/**
 * Creates the browser tools of a run. After each, what the page is then is judged: a block goes to `reportBlock` and
 * the tool, like every one after it, rejects with PAGE_BLOCKED.
 */
export function createBrowserTools(
  session: BrowserSession,
  ports: BrowserToolPorts,
  options: BrowserToolOptions = {},
): readonly BrowserTool[] {
  const ground = createToolGround(session, ports, options)
  const references = createReferences()
  const allowEvaluate = options.allowEvaluate ?? false
  return [
    ...createNavigationTools(ground),
    ...createPageTools(ground, references, { allowEvaluate }),
    ...createElementTools(ground, references),
  ]
}
