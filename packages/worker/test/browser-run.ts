import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Block, Json } from '@agentic/worker-outcome'
import { type BrowserHost, createBrowserHost } from '../src/browser/browser-host.ts'
import {
  type BrowserSession,
  type BrowserSessionOptions,
  createBrowserSession,
} from '../src/browser/browser-session.ts'
import { createBrowserTools } from '../src/browser/browser-tools.ts'
import type { BrowserToolOptions, BrowserToolPorts } from '../src/browser/tool-ground.ts'

/** A session on a workspace of its own, for the tests of one file. */
export interface BrowserRun extends AsyncDisposable {
  readonly session: BrowserSession
  readonly workspace: string
  /** Hands out tools anew, as for the next run in the same browser. */
  tools(ports?: Partial<BrowserToolPorts>, options?: BrowserToolOptions): Toolbox
  /** Leaves one empty tab. */
  tidy(): Promise<void>
}

export interface Toolbox {
  readonly blocks: readonly Block[]
  readonly pictures: readonly Uint8Array[]
  /** Calls a tool as a model does. */
  call(name: string, input?: unknown, signal?: AbortSignal): Promise<string>
  /** Takes a snapshot and answers the reference of the first line that holds a text. */
  find(text: string): Promise<string>
}

const never = new AbortController().signal

export async function openBrowserRun(
  options: Partial<BrowserSessionOptions>,
  host: BrowserHost = createBrowserHost(),
): Promise<BrowserRun> {
  const workspace = await mkdtemp(join(tmpdir(), 'browser-run-'))
  const given = { agentId: 'a', runId: 'r', workspace, signal: never, killSignal: never, ...options }
  const session = createBrowserSession(host, given)
  return {
    session,
    workspace,
    tools: (ports, toolOptions) => toolbox(session, ports, toolOptions),
    tidy: () =>
      session.turn(never, async (browser) => {
        const old = browser.tabs
        await browser.openTab()
        for (const tab of old) await browser.closeTab(tab)
      }),
    async [Symbol.asyncDispose]() {
      await session.close()
      await rm(workspace, { recursive: true, force: true })
    },
  }
}

function toolbox(
  session: BrowserSession,
  ports: Partial<BrowserToolPorts> = {},
  options: BrowserToolOptions = {},
): Toolbox {
  const blocks: Block[] = []
  const pictures: Uint8Array[] = []
  const tools = createBrowserTools(
    session,
    {
      scrub: (text) => text,
      reportBlock: (block) => void blocks.push(block),
      saveScreenshot: async (png) => `picture-${pictures.push(png)}`,
      ...ports,
    },
    options,
  )

  async function call(name: string, input: unknown = {}, signal: AbortSignal = never): Promise<string> {
    const tool = tools.find((tool) => tool.name === `browser_${name}`)
    if (tool === undefined) throw new Error(`there is no tool browser_${name}`)
    const answer = await tool.execute(input as Json, { signal })
    return typeof answer === 'string' ? answer : JSON.stringify(answer)
  }

  return {
    blocks,
    pictures,
    call,
    async find(text) {
      const snapshot = await call('snapshot')
      const line = snapshot.split('\n').find((line) => line.includes(text) && line.includes('[ref='))
      const reference = /\[ref=(\w+)\]/.exec(line ?? '')?.[1]
      if (reference === undefined) throw new Error(`${text} is not in\n${snapshot}`)
      return reference
    },
  }
}
