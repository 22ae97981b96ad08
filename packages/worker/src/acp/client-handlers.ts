import type { ClientApp, RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk'
import { WorkspacePathError } from '../workspace-path.ts'
import type { WorkspaceFiles } from './workspace-files.ts'

type Sdk = typeof import('@agentclientprotocol/sdk')

/** What the agent may ask of us. */
export interface ClientPorts {
  readonly permit: (request: RequestPermissionRequest, signal: AbortSignal) => Promise<RequestPermissionResponse>
  /** Not there where files cannot be confined; the agent is then not told that it may ask for them. */
  readonly files: WorkspaceFiles | undefined
}

/** Registers the answers to an agent's requests. What it may not ask for is answered as an unknown method. */
export function addHandlers(sdk: Sdk, app: ClientApp, { permit, files }: ClientPorts): ClientApp {
  const { client } = sdk.methods
  app.onRequest(client.session.requestPermission, ({ params, signal }) => permit(params, signal))
  if (files === undefined) return app
  return app
    .onRequest(client.fs.readTextFile, async ({ params }) => ({
      content: await told(sdk, files.read(params.path, { line: params.line ?? null, limit: params.limit ?? null })),
    }))
    .onRequest(client.fs.writeTextFile, async ({ params }) => {
      await told(sdk, files.write(params.path, params.content))
    })
}

/** Tells the agent what was wrong with its path, and nothing of what went wrong on the host. */
async function told<Result>(sdk: Sdk, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw error instanceof WorkspacePathError
      ? new sdk.RequestError(-32602, error.message)
      : new sdk.RequestError(-32603, 'the file could not be read or written')
  }
}
