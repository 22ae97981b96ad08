import type { Receiver } from '../../packages/webhooks/test/receiver.ts'
import type { ScriptedModelServer } from '../../packages/worker/test/scripted-model-server.ts'
import type { Backend } from './backend.ts'
import type { Checks } from './checks.ts'
import type { Credentials } from './credentials.ts'
import type { Site } from './site.ts'

/** What every act plays on. Acts find what earlier ones left by asking the server. */
export interface Stage {
  readonly checks: Checks
  readonly backend: Backend
  readonly site: Site
  readonly model: ScriptedModelServer
  /** Whom a webhook tells. */
  readonly receiver: Receiver
  readonly credentials: Credentials
}

/** Name of a variable of the server’s own environment, which no command may see. */
export const HOST_VARIABLE = 'TOUR_HOST_VARIABLE'
