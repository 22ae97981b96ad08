import type { EmbeddedStore } from '@agentic/embedded-store'
import type { Sandbox } from '@agentic/sandbox'
import { INSTANCE_SHARED, type SecretStore } from '@agentic/secrets'
import type { BrowserHost } from '@agentic/worker'
import type { Readiness } from '../ports.ts'

export interface ReadinessOptions {
  readonly store: EmbeddedStore
  readonly secrets: SecretStore
  readonly sandbox: Sandbox
  readonly browsers: Pick<BrowserHost, 'find'>
  readonly stopping: AbortSignal
}

/** How long an answer is good for, in milliseconds: anyone may ask, and asking costs a write to the disk. */
const GOOD_FOR_MS = 1_000

/** Looks whether each part can do its work now, at most once in a while. */
export function createReadiness(options: ReadinessOptions): () => Promise<readonly Readiness[]> {
  let answer: Promise<readonly Readiness[]> | undefined
  let askedAt = 0
  return async () => {
    const now = performance.now()
    if (answer === undefined || now - askedAt > GOOD_FOR_MS) {
      askedAt = now
      answer = checkParts(options)
    }
    return [...(await answer), lockPart(options.secrets), wakesPart(options.stopping)]
  }
}

async function checkParts({ store, secrets, sandbox, browsers }: ReadinessOptions): Promise<readonly Readiness[]> {
  return [
    await checkPart('store', async () => {
      await store.write([{ type: 'put', key: 'readiness', value: Date.now() }])
      return 'it is written'
    }),
    await checkPart('secrets', async () => {
      await secrets.info(INSTANCE_SHARED, 'READINESS')
      return 'they are read'
    }),
    await checkPart('sandbox', async () => {
      const { backend, requested, why } = sandbox.status
      return [`${backend} (${requested})`, ...why].join('; ')
    }),
    await browserPart(browsers),
  ]
}

/** A server without a browser does all other work: it is ready, and says what is missing. */
async function browserPart(browsers: ReadinessOptions['browsers']): Promise<Readiness> {
  const { detail } = await checkPart('browser', async () => (await browsers.find()).executablePath)
  return { name: 'browser', ok: true, detail }
}

/** Asking costs nothing, so it is asked each time. */
function lockPart(secrets: SecretStore): Readiness {
  const state = secrets.state()
  const isLocked = state === 'locked'
  const way = ': no work is begun until POST /api/secrets/unlock is given the master key'
  return { name: 'encryption', ok: !isLocked, detail: isLocked ? `${state}${way}` : state }
}

function wakesPart({ aborted }: AbortSignal): Readiness {
  return { name: 'wakes', ok: !aborted, detail: aborted ? 'the server is stopping' : 'accepted' }
}

async function checkPart(name: string, check: () => Promise<string>): Promise<Readiness> {
  try {
    return { name, ok: true, detail: await check() }
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
