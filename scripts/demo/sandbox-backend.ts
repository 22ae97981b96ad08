import type { Backend } from './backend.ts'
import type { ReadyView } from './views.ts'

/** What contains the commands of this server: `bubblewrap`, `unshare` or `env-only`. */
export async function sandboxBackend(backend: Backend): Promise<string> {
  const { body } = await backend.get<ReadyView>('/readyz')
  return body.parts.find(({ name }) => name === 'sandbox')?.detail.split(' ', 1)[0] ?? ''
}
