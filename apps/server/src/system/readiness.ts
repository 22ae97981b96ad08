import type { EmbeddedStore } from '@agentic/embedded-store'
import type { Sandbox } from '@agentic/sandbox'
import type { SecretStore } from '@agentic/secrets'
import type { Readiness } from '../ports.ts'

export interface ReadinessOptions {
  readonly store: EmbeddedStore
  readonly secrets: SecretStore
  readonly sandbox: Sandbox
  readonly stopping: AbortSignal
}

/** Looks whether each part can do its work now. */
export async function checkReadiness({
  store,
  secrets,
  sandbox,
  stopping,
}: ReadinessOptions): Promise<readonly Readiness[]> {
  return [
    await checkPart('store', async () => {
      await store.write([{ type: 'put', key: 'readiness', value: Date.now() }])
      return 'it is written'
    }),
    await checkPart('secrets', async () => (await secrets.status()).state),
    await checkPart('sandbox', async () => {
      const { backend, requested, why } = sandbox.status
      return [`${backend} (${requested})`, ...why].join('; ')
    }),
    { name: 'wakes', ok: !stopping.aborted, detail: stopping.aborted ? 'the server is stopping' : 'accepted' },
  ]
}

async function checkPart(name: string, check: () => Promise<string>): Promise<Readiness> {
  try {
    return { name, ok: true, detail: await check() }
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
