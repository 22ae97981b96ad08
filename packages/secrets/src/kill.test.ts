import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openSecretStore } from './adapters/level.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { temporaryFolder } from './stores.test-support.ts'

const ROUNDS = process.env['AGENTIC_LONG_RUN'] === '1' ? 200 : 2
const CHILD = fileURLToPath(new URL('kill-child.test-support.ts', import.meta.url))
const LATEST_KILL_MS = 60

const alice = agentScope('alice')
const carol = agentScope('carol')
const [keyText, otherText] = [generateRootKey(), generateRootKey()]
const [key, other] = [keyFromText(keyText), keyFromText(otherText)]

/** Lets a process of its own work on a folder, and kills it in the middle; how many rounds it said it had done. */
async function killed(folder: string, operation: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--conditions=@agentic/source', CHILD, folder, operation, keyText, otherText],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let said = ''
  const exited = once(child, 'exit')
  const ready = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('ready')) ready.resolve()
  })
  await Promise.race([ready.promise, exited])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * LATEST_KILL_MS))
  child.kill('SIGKILL')
  await exited
  expect(said).toContain('ready')
  return said.split('\n').filter((line) => line.startsWith('done')).length
}

async function filled(folder: string, isEncrypted: boolean): Promise<void> {
  await using secrets = await openSecretStore(folder)
  await secrets.put(INSTANCE_SHARED, 'SHARED', 'shared value', { category: 'tool' })
  const entries = Array.from({ length: 200 }, (_, index) => {
    return { scope: agentScope(`agent-${index}`), name: 'OWN', value: `own ${index}` }
  })
  await secrets.import({ version: 1, entries })
  await secrets.put(alice, 'OWN', 'own of alice')
  if (isEncrypted) await secrets.enable(key)
}

async function opened(folder: string): Promise<SecretStore> {
  const secrets = await openSecretStore(folder)
  if ((await secrets.status()).state === 'unencrypted') return secrets
  try {
    await secrets.unlock(key)
  } catch {
    await secrets.unlock(other)
  }
  return secrets
}

const numberIn = (value: string | undefined): number => Number(value?.split(' ')[1] ?? -1)

const checks: Record<string, (secrets: SecretStore, done: number) => Promise<void>> = {
  async put(secrets, done) {
    const rounds = await Promise.all([0, 1, 2, 3, 4].map((index) => secrets.reveal(alice, `N_${index}`)))
    const latest = Math.max(...rounds.map(numberIn))
    expect(latest).toBeGreaterThanOrEqual(done - 1)
    // What came before the latest is there too, in its order.
    for (const [index, value] of rounds.entries()) {
      expect(numberIn(value)).toBe(latest < index ? -1 : latest - ((latest - index) % 5))
    }
  },
  async delete(secrets) {
    const { withheld } = await secrets.envFor('carol')
    expect(withheld).toEqual([])
  },
  async deleteAgent(secrets) {
    expect((await secrets.list(carol)).unreadable).toEqual([])
  },
  async import(secrets, done) {
    const names = Array.from({ length: 20 }, (_, index) => [agentScope(`agent-${index % 5}`), `N_${index}`] as const)
    const values = await Promise.all(names.map(([scope, name]) => secrets.reveal(scope, name)))
    expect(new Set(values).size).toBe(1)
    expect(numberIn(values[0])).toBeGreaterThanOrEqual(done - 1)
  },
  enable: async () => undefined,
  rotate: async () => undefined,
  rotateScope: async () => undefined,
}

test.for(Object.keys(checks))(
  'P19 kill -9 in the middle of %s loses nothing that was done',
  { timeout: 60_000 * ROUNDS },
  async (operation) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await using folder = await temporaryFolder()
      await filled(folder.path, operation !== 'enable')
      const done = await killed(folder.path, operation)
      await using secrets = await opened(folder.path)
      await checks[operation]!(secrets, done)
      expect(await secrets.reveal(alice, 'OWN')).toBe('own of alice')
      for (const index of [0, 99, 199]) {
        const { env, withheld } = await secrets.envFor(`agent-${index}`)
        expect([env['OWN'], env['SHARED'], withheld]).toEqual([`own ${index}`, 'shared value', []])
      }
      const report = await secrets.verify()
      expect(report.damaged).toEqual([])
      expect(report.audit.breaks).toEqual([])
      expect((await secrets.status()).interrupted).toBeUndefined()
    }
  },
)
