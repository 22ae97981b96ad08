// Run as a process of its own, to be killed: node kill-child.test-support.ts FOLDER OPERATION KEY OTHER-KEY
import { openSecretStore } from './adapters/level.ts'
import { keyFromText } from './key-sources/raw-key.ts'
import { agentScope } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'

const [folder = '', operation = '', keyText = '', otherText = ''] = process.argv.slice(2)
const alice = agentScope('alice')
const carol = agentScope('carol')
const [key, other] = [keyFromText(keyText), keyFromText(otherText)]

const entries = (round: number) =>
  Array.from({ length: 20 }, (_, index) => {
    const scope = agentScope(`agent-${index % 5}`)
    return { scope, name: `N_${index}`, value: `value ${round}` }
  })

const operations: Record<string, (secrets: SecretStore, round: number) => Promise<unknown>> = {
  put: (secrets, round) => secrets.put(alice, `N_${round % 5}`, `value ${round}`),
  delete: async (secrets, round) => {
    await secrets.put(carol, 'TOKEN', `value ${round}`)
    await secrets.delete(carol, 'TOKEN')
  },
  deleteAgent: async (secrets, round) => {
    await secrets.put(carol, 'TOKEN', `value ${round}`)
    await secrets.deleteAgent('carol')
  },
  import: (secrets, round) => secrets.import({ version: 1, entries: entries(round) }, { overwrite: true }),
  enable: (secrets, round) => (round === 0 ? secrets.enable(key) : new Promise(() => undefined)),
  rotate: (secrets, round) => secrets.rotate(round % 2 === 0 ? other : key),
  rotateScope: (secrets) => secrets.rotateScope(alice),
}

const secrets = await openSecretStore(folder, operation === 'enable' ? {} : { key })
// An unsettled promise alone does not keep a process alive.
setInterval(() => undefined, 1000)
process.stdout.write('ready\n')
for (let round = 0; ; round += 1) {
  await operations[operation]!(secrets, round)
  process.stdout.write(`done ${round}\n`)
}
