import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openLevelStore } from '@agentic/embedded-store/level'
import { expect, test } from 'vitest'
import { openSecretStore } from './adapters/level.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { type KillOrder, LEGACY_AGENTS, legacyStoresIn, mainStoreIn } from './kill-child.test-support.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { bytesIn, holds, temporaryFolder } from './stores.test-support.ts'

const IS_LONG = process.env['AGENTIC_LONG_RUN'] === '1'
const ROUNDS = IS_LONG ? 200 : 2
const CHILD = fileURLToPath(new URL('kill-child.test-support.ts', import.meta.url))
/** Longer than the operation takes, so that the kill falls anywhere in it, or in one after. */
const LATEST_KILL_MS: Readonly<Record<string, number>> = {
  deleteAgent: 200,
  enable: 500,
  rotateScopes: 500,
  migrate: 400,
  adopt: 800,
}
const USUALLY_LATEST_KILL_MS = 80
const AGENTS = 200

const alice = agentScope('alice')
const carol = agentScope('carol')
const keys = [generateRootKey(), generateRootKey()] as const
const [key, other] = keys.map(keyFromText) as [ReturnType<typeof keyFromText>, ReturnType<typeof keyFromText>]
const canary = randomBytes(24).toString('base64url')

/** Lets a process of its own work on a folder, and kills it in the middle; the lines that it said. */
async function killed(folder: string, operation: string): Promise<string[]> {
  const latestMs = LATEST_KILL_MS[operation] ?? USUALLY_LATEST_KILL_MS
  const order: KillOrder = { folder, operation, keys, canary }
  const child = spawn(process.execPath, ['--conditions=@agentic/source', CHILD], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KILL_ORDER: JSON.stringify(order) },
  })
  let said = ''
  const exited = once(child, 'exit')
  const ready = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('ready')) ready.resolve()
  })
  await Promise.race([ready.promise, exited])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * latestMs))
  child.kill('SIGKILL')
  await exited
  expect(said).toContain('ready')
  return said.split('\n').filter((line) => line !== '' && line !== 'ready')
}

/** What each round of an operation begins with. */
async function template(folder: string, operation: string): Promise<void> {
  const main = mainStoreIn(folder)
  await mkdir(main, { recursive: true })
  if (operation === 'migrate') {
    await using store = await openLevelStore(main)
    await store.write(
      Array.from({ length: 400 }, (_, index) => ({ type: 'put', key: `BARE_${index}`, value: `${canary} ${index}` })),
    )
  }
  await using secrets = await openSecretStore(main)
  await secrets.put(INSTANCE_SHARED, 'SHARED', `${canary} shared`, { category: 'tool' })
  const entries = Array.from({ length: AGENTS }, (_, index) => {
    return { scope: agentScope(`agent-${index}`), name: 'OWN', value: `${canary} ${index}` }
  })
  await secrets.import({ version: 1, entries })
  await secrets.put(alice, 'OWN', `${canary} alice`)
  if (operation !== 'enable' && operation !== 'migrate') await secrets.enable(key)
  if (operation === 'adopt') await legacyStores(folder)
}

async function legacyStores(folder: string): Promise<void> {
  for (const { agentId, location } of legacyStoresIn(folder)) {
    const legacy = await openLevelStore(location)
    await legacy.write(
      Array.from({ length: 30 }, (_, index) => ({ type: 'put', key: `BARE_${index}`, value: `${canary} ${index}` })),
    )
    await legacy.close()
    if (agentId !== 'legacy-sealed') continue
    await using own = await openSecretStore(location)
    await own.enable(other)
  }
}

async function opened(folder: string, operation: string): Promise<SecretStore> {
  const adopting = { key, legacyAgentStores: legacyStoresIn(folder) }
  const secrets = await openSecretStore(mainStoreIn(folder), operation === 'adopt' ? adopting : {})
  if ((await secrets.status()).state !== 'locked') return secrets
  try {
    await secrets.unlock(key)
  } catch {
    await secrets.unlock(other)
  }
  return secrets
}

const numberIn = (value: string | undefined): number => Number(value?.split(' ')[1] ?? -1)
const doneIn = (lines: readonly string[]): number => lines.filter((line) => line.startsWith('done')).length

/** Whether a value that is put and taken away in turns is what the last lines say, or what was being done when killed. */
function isRight(value: string | undefined, lines: readonly string[]): boolean {
  const [what, round] = (lines.at(-1) ?? 'done -1').split(' ')
  const there = numberIn(value)
  return there === -1 || there === (what === 'put' ? Number(round) : Number(round) + 1)
}

async function countOf(secrets: SecretStore, action: string): Promise<number> {
  let count = 0
  let before: number | undefined
  do {
    const { entries, next } = await secrets.audit({ limit: 1000, before })
    count += entries.filter((entry) => entry.action === action).length
    before = next
  } while (before !== undefined)
  return count
}

const checks: Record<string, (secrets: SecretStore, lines: readonly string[]) => Promise<void>> = {
  async put(secrets, lines) {
    const rounds = await Promise.all([0, 1, 2, 3, 4].map((index) => secrets.reveal(alice, `N_${index}`)))
    const latest = Math.max(...rounds.map(numberIn))
    expect(latest).toBeGreaterThanOrEqual(doneIn(lines) - 1)
    // What came before the latest is there too, in its order.
    for (const [index, value] of rounds.entries()) {
      expect(numberIn(value)).toBe(latest < index ? -1 : latest - ((latest - index) % 5))
    }
  },
  async delete(secrets, lines) {
    expect(isRight(await secrets.reveal(carol, 'TOKEN'), lines)).toBe(true)
    expect((await secrets.envFor('carol')).withheld).toEqual([])
  },
  async deleteAgent(secrets, lines) {
    expect(isRight(await secrets.reveal(carol, 'TOKEN'), lines)).toBe(true)
    expect((await secrets.list(carol)).unreadable).toEqual([])
  },
  async deleteAgentLocked(secrets, lines) {
    const done = doneIn(lines)
    for (let index = 0; index < AGENTS; index += 1) {
      const value = await secrets.reveal(agentScope(`agent-${index}`), 'OWN')
      expect([index < done, value]).toEqual([
        index < done,
        index < done ? undefined : expectedOr(index === done, index, value),
      ])
    }
    expect(await countOf(secrets, 'delete-agent')).toBeGreaterThanOrEqual(done)
  },
  async import(secrets, lines) {
    const names = Array.from({ length: 20 }, (_, index) => [agentScope(`agent-${index % 5}`), `N_${index}`] as const)
    const values = await Promise.all(names.map(([scope, name]) => secrets.reveal(scope, name)))
    expect(new Set(values).size).toBe(1)
    expect(numberIn(values[0])).toBeGreaterThanOrEqual(doneIn(lines) - 1)
  },
  enable: async (secrets, lines) => {
    const isEncrypted = (await secrets.status()).state === 'unlocked'
    expect(isEncrypted || doneIn(lines) === 0).toBe(true)
    if (!isEncrypted) await secrets.enable(key)
  },
  rotate: async (secrets, lines) => {
    expect(await countOf(secrets, 'rotated')).toBeGreaterThanOrEqual(doneIn(lines))
  },
  rotateScope: async (secrets, lines) => {
    expect(await countOf(secrets, 'rotate-scope')).toBeGreaterThanOrEqual(doneIn(lines))
  },
  rotateScopes: async (secrets, lines) => {
    await secrets.rotateScopes()
    expect(await countOf(secrets, 'rotate-scope')).toBeGreaterThanOrEqual((doneIn(lines) + 1) * (AGENTS + 2))
  },
  async migrate(secrets) {
    for (let index = 0; index < 400; index += 1) {
      expect(await secrets.reveal(INSTANCE_SHARED, `BARE_${index}`)).toBe(`${canary} ${index}`)
    }
  },
  async adopt(secrets) {
    await secrets.openLegacy('legacy-sealed', other)
    for (const agentId of LEGACY_AGENTS) {
      const values = Array.from({ length: 30 }, (_, index) => `${canary} ${index}`).toSorted()
      const { entries } = await secrets.export({ scope: agentScope(agentId) })
      expect(entries.map(({ value }) => value).toSorted()).toEqual(values)
    }
  },
}

/** That value, or none if it may be gone. */
const expectedOr = (isUnsure: boolean, index: number, value: string | undefined): string | undefined =>
  isUnsure && value === undefined ? undefined : `${canary} ${index}`

/** Whether a value is in clear anywhere in a folder of stores. */
async function isInClear(folder: string, stores: readonly string[]): Promise<boolean> {
  const bytes = await Promise.all(stores.map((store) => bytesIn(`${folder}/${store}`)))
  return bytes.some((each) => holds(each, canary))
}

test.for(Object.keys(checks))(
  'P5 P19 kill -9 in the middle of %s loses nothing that was done, and leaves nothing in clear',
  { timeout: 60_000 * ROUNDS },
  async (operation) => {
    await using start = await temporaryFolder()
    await template(start.path, operation)
    const wasClear = operation === 'enable' || operation === 'migrate'
    expect(await isInClear(start.path, ['main'])).toBe(wasClear)
    const tally = { rounds: 0, done: 0, interrupted: 0 }
    for (let round = 0; round < ROUNDS; round += 1) {
      await using folder = await temporaryFolder()
      await cp(start.path, folder.path, { recursive: true })
      const lines = await killed(folder.path, operation)
      expect(wasClear || !(await isInClear(folder.path, ['main']))).toBe(true)
      const secrets = await opened(folder.path, operation)
      await checks[operation]!(secrets, lines)
      expect(await secrets.reveal(alice, 'OWN')).toBe(`${canary} alice`)
      const { env, withheld } = await secrets.envFor('agent-199')
      expect([env['OWN'], env['SHARED'], withheld]).toEqual([`${canary} 199`, `${canary} shared`, []])
      const report = await secrets.verify()
      expect(report.damaged).toEqual([])
      expect(report.audit.breaks).toEqual([])
      expect((await secrets.status()).interrupted).toBeUndefined()
      await secrets.close()
      const mustBeSealed = operation === 'migrate' ? [] : ['main']
      expect(await isInClear(folder.path, operation === 'adopt' ? ['main', ...LEGACY_AGENTS] : mustBeSealed)).toBe(
        false,
      )
      tally.rounds += 1
      tally.done += doneIn(lines)
      tally.interrupted += doneIn(lines) === 0 ? 1 : 0
    }
    if (IS_LONG) process.stdout.write(`${operation}: ${JSON.stringify(tally)}\n`)
  },
)
