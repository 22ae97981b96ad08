import { randomBytes } from 'node:crypto'
import { INSTANCE_SHARED, type SecretStore } from '@agentic/secrets'
import {
  type AgentOptions,
  type BrowserHost,
  type BrowserToolPorts,
  type ConnectionGuardOptions,
  createBrowserSession,
  createBrowserTools,
  createSealedStates,
  type StorageStates,
} from '@agentic/worker'
import type { Logger } from 'pino'
import type { BrowserSettings } from '../schemas/agent.ts'

export interface BrowserToolsOptions {
  readonly host: BrowserHost
  readonly secrets: Pick<SecretStore, 'resolve' | 'reveal' | 'put'>
  /** What the instance lets browsers reach. */
  readonly guard: ConnectionGuardOptions
  readonly settingsOf: (agentId: string) => Promise<BrowserSettings>
  /** Folder that an agent's browser is remembered in. */
  readonly browserFolderOf: (agentId: string) => string
  readonly saveScreenshot: (
    png: Uint8Array,
    run: { readonly agentId: string; readonly runId: string },
  ) => Promise<string>
  readonly log: Pick<Logger, 'warn'>
}

/** Secret of the host that seals what browsers remember; made when it is first needed. */
const STATE_KEY_NAME = 'BROWSER_STATE_KEY'

/** Opens a browser's tools for one run, as the agent's settings have it. Chromium starts when a tool first needs it. */
export function createBrowserToolOpener(options: BrowserToolsOptions): NonNullable<AgentOptions['openTools']> {
  const { host, secrets, guard, settingsOf, browserFolderOf, saveScreenshot, log } = options

  async function storageStates(agentId: string): Promise<StorageStates> {
    return createSealedStates({ folder: browserFolderOf(agentId), key: await stateKey(secrets) })
  }

  /** Where no origins are named for a secret it can be typed nowhere. */
  function secretFor(agentId: string, { secretOrigins = {} }: BrowserSettings): BrowserToolPorts['secretFor'] {
    return async (name, origin) => {
      const origins = Object.hasOwn(secretOrigins, name) ? (secretOrigins[name] ?? []) : []
      if (!origins.includes(origin)) {
        throw new Error(
          `the secret ${name} must not be typed on ${origin}: it is for ${origins.join(', ') || 'no site'}`,
        )
      }
      const value = await secrets.resolve(agentId, name)
      if (value === undefined) throw new Error(`there is no secret ${name}`)
      return value
    }
  }

  return async ({ agentId, runId, workspace, signal, killSignal, scrub, reportBlock }) => {
    const settings = await settingsOf(agentId)
    const { viewport, locale, timeZone, userAgent, allowedHosts, deniedHosts } = settings
    const session = createBrowserSession(host, {
      ...guard,
      viewport,
      locale,
      timeZone,
      userAgent,
      allowedHosts,
      deniedHosts,
      agentId,
      runId,
      signal,
      killSignal,
      workspace,
      storageStates: settings.keepState === true ? await storageStates(agentId) : undefined,
    })
    const ports: BrowserToolPorts = {
      scrub,
      reportBlock,
      secretFor: secretFor(agentId, settings),
      saveScreenshot: (png) => saveScreenshot(png, { agentId, runId }),
    }
    const { allowEvaluate, ignoreBlocks } = settings
    const tools = createBrowserTools(session, ports, { allowEvaluate, ignoreBlocks })
    const told = (err: unknown): void => log.warn({ err, agentId, runId }, 'what a browser remembers was not kept')
    return { tools, close: () => session.close().catch(told) }
  }
}

/** In an encrypted store the key, and with it what browsers remember, is as safe as the secrets. */
async function stateKey(secrets: BrowserToolsOptions['secrets']): Promise<Uint8Array> {
  const kept = await secrets.reveal(INSTANCE_SHARED, STATE_KEY_NAME)
  if (kept !== undefined) return Buffer.from(kept, 'base64url')
  const fresh = randomBytes(32)
  try {
    const options = { category: 'system', ifVersion: 0, actor: 'server' } as const
    await secrets.put(INSTANCE_SHARED, STATE_KEY_NAME, fresh.toString('base64url'), options)
    return fresh
  } catch (error) {
    // Another run made it at the same time.
    const made = await secrets.reveal(INSTANCE_SHARED, STATE_KEY_NAME)
    if (made === undefined) throw error
    return Buffer.from(made, 'base64url')
  }
}
