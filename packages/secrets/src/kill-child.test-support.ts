// Run as a process of its own, to be killed. What it is to do is in its environment: nothing secret stands in its argv.
import { openSecretStore } from './adapters/level.ts'
import { keyFromText } from './key-sources/raw-key.ts'
import { agentScope } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'

/** What the process that kills says to the one that is killed. */
export interface KillOrder {
  readonly folder: string
  readonly operation: string
  readonly keys: readonly [string, string]
  /** All values begin with it, so that it is seen where it must not be. */
  readonly canary: string
}

/** The legacy stores that are adopted, by agent; the last one is encrypted by itself. */
export const LEGACY_AGENTS: readonly string[] = ['legacy-0', 'legacy-1', 'legacy-2', 'legacy-sealed']

export const legacyStoresIn = (folder: string): { agentId: string; location: string }[] =>
  LEGACY_AGENTS.map((agentId) => ({ agentId, location: `${folder}/${agentId}` }))

export const mainStoreIn = (folder: string): string => `${folder}/main`

/** The entries of the nth import. */
const importOf = (canary: string, round: number) => ({
  version: 1,
  entries: Array.from({ length: 20 }, (_, index) => {
    const scope = agentScope(`agent-${index % 5}`)
    return { scope, name: `N_${index}`, value: `${canary} ${round}` }
  }),
})

const say = (text: string): unknown => process.stdout.write(`${text}\n`)

async function work({ folder, operation, keys, canary }: KillOrder): Promise<void> {
  const [key, other] = [keyFromText(keys[0]), keyFromText(keys[1])]
  const alice = agentScope('alice')
  const carol = agentScope('carol')

  const repeated: Record<string, (secrets: SecretStore, round: number) => Promise<unknown>> = {
    put: (secrets, round) => secrets.put(alice, `N_${round % 5}`, `${canary} ${round}`),
    async delete(secrets, round) {
      await secrets.put(carol, 'TOKEN', `${canary} ${round}`)
      say(`put ${round}`)
      await secrets.delete(carol, 'TOKEN')
    },
    async deleteAgent(secrets, round) {
      await secrets.put(carol, 'TOKEN', `${canary} ${round}`)
      say(`put ${round}`)
      await secrets.deleteAgent('carol')
    },
    deleteAgentLocked: (secrets, round) => secrets.deleteAgent(`agent-${round}`),
    import: (secrets, round) => secrets.import(importOf(canary, round), { overwrite: true }),
    enable: (secrets, round) => (round === 0 ? secrets.enable(key) : new Promise(() => undefined)),
    rotate: (secrets, round) => secrets.rotate(round % 2 === 0 ? other : key),
    rotateScope: (secrets) => secrets.rotateScope(alice),
    rotateScopes: (secrets) => secrets.rotateScopes(),
  }

  // An unsettled promise alone does not keep a process alive.
  setInterval(() => undefined, 1000)
  const location = mainStoreIn(folder)
  if (operation === 'migrate' || operation === 'adopt') {
    say('ready')
    const adopting = { key, legacyAgentStores: legacyStoresIn(folder) }
    await openSecretStore(location, operation === 'adopt' ? adopting : {})
    return void say('done 0')
  }
  const isLocked = operation === 'enable' || operation === 'deleteAgentLocked'
  const secrets = await openSecretStore(location, isLocked ? {} : { key })
  say('ready')
  for (let round = 0; ; round += 1) {
    await repeated[operation]!(secrets, round)
    say(`done ${round}`)
  }
}

const order = process.env['KILL_ORDER']
if (order !== undefined) await work(JSON.parse(order) as KillOrder)
