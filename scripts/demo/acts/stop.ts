import { leaksIn } from '../credentials.ts'
import type { Stage } from '../stage.ts'

/** Asks the server to end. */
export async function stopServer({ checks, backend, credentials }: Stage): Promise<void> {
  checks.check('SIGTERM ends it with code 0', await backend.stop(), { code: 0, signal: null })
  const { answers, events, logs } = backend.told
  checks.check('in all it ever told, there was no secret value', leaksIn(credentials, answers + events + logs), [])
}
