import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { openLevelStore } from '@agentic/embedded-store/level'
import { expect, test } from 'vitest'
import { secretKey } from '../row-keys.ts'
import { agentScope, INSTANCE_SHARED } from '../secret-scope.ts'
import { openSecretStore } from './level.ts'

const alice = agentScope('alice')
const asTool = { category: 'tool' } as const

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'agentic-secrets-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Writes text past all rules, as damage would. */
async function writeRaw(location: string, key: string, text: string): Promise<void> {
  interface RawDatabase {
    put: (key: string, text: string) => Promise<void>
    close: () => Promise<void>
  }
  const require = createRequire(createRequire(import.meta.url).resolve('@agentic/embedded-store/package.json'))
  const { ClassicLevel } = require('classic-level') as { ClassicLevel: new (location: string) => RawDatabase }
  const database = new ClassicLevel(location)
  await database.put(key, text)
  await database.close()
}

async function bytesIn(folder: string): Promise<string> {
  const files = await readdir(folder)
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))).join('')
}

test('P19 has everything again after closing and opening, in a folder for its owner alone', async () => {
  await using folder = await temporaryFolder()
  const location = join(folder.path, 'secrets')
  const first = await openSecretStore(location)
  await first.put(alice, 'TOKEN', 'own')
  await first.put(INSTANCE_SHARED, 'SHARED', 'shared', asTool)
  await first.close()
  await using second = await openSecretStore(location)
  expect({ ...(await second.envFor('alice')).env }).toEqual({ SHARED: 'shared', TOKEN: 'own' })
  expect(second.migration).toEqual({ moved: 0, same: 0, collisions: [], left: [] })
  expect((await stat(location)).mode & 0o777).toBe(0o700)
})

test('P2 a row on disk that is not JSON shadows the shared one and is told nowhere', async () => {
  await using folder = await temporaryFolder()
  const first = await openSecretStore(folder.path)
  await first.put(alice, 'A', 'own', asTool)
  await first.put(alice, 'B', 'own', asTool)
  await first.put(INSTANCE_SHARED, 'A', 'shared', asTool)
  await first.close()
  await writeRaw(folder.path, secretKey(alice, 'A'), 'leaked-canary')
  await using store = await openSecretStore(folder.path)
  const { env, withheld } = await store.envFor('alice')
  expect({ ...env }).toEqual({ B: 'own' })
  expect(withheld).toEqual([{ name: 'A', why: 'unreadable' }])
  const error: unknown = await store.resolve('alice', 'A').catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'SECRETS_UNREADABLE' })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
})

test('P6 takes the secrets of a deleted agent off the disk', async () => {
  await using folder = await temporaryFolder()
  await using store = await openSecretStore(folder.path)
  await store.put(alice, 'TOKEN', 'canary-to-erase')
  await store.put(alice, 'TOKEN', 'canary-to-erase-2')
  await store.put(agentScope('bob'), 'TOKEN', 'canary-to-keep')
  expect(await bytesIn(folder.path)).toContain('canary-to-erase')
  expect(await store.deleteAgent('alice')).toBe(1)
  const bytes = await bytesIn(folder.path)
  expect(bytes).not.toContain('canary-to-erase')
  expect(await store.reveal(agentScope('bob'), 'TOKEN')).toBe('canary-to-keep')
})

test('moves what stores of single agents hold to those agents, off the old disk, once', async () => {
  await using folder = await temporaryFolder()
  const [main, ofAlice] = [join(folder.path, 'main'), join(folder.path, 'alice')]
  const legacy = await openLevelStore(ofAlice)
  await legacy.write([{ type: 'put', key: 'TOKEN', value: 'canary-legacy' }])
  await legacy.close()
  const legacyAgentStores = [
    { agentId: 'alice', location: ofAlice },
    { agentId: 'bob', location: join(folder.path, 'never-there') },
  ]
  const first = await openSecretStore(main, { legacyAgentStores })
  expect(first.migration.moved).toBe(1)
  expect(await first.reveal(alice, 'TOKEN')).toBe('canary-legacy')
  expect(await first.reveal(INSTANCE_SHARED, 'TOKEN')).toBeUndefined()
  expect(await bytesIn(ofAlice)).not.toContain('canary-legacy')
  await first.deleteAgent('alice')
  await first.close()
  await using second = await openSecretStore(main, { legacyAgentStores })
  expect(second.migration.moved).toBe(0)
  expect(await second.list(alice)).toEqual({ secrets: [], unreadable: [] })
  expect(await readdir(folder.path)).toEqual(['alice', 'main'])
})

test('leaves nothing open when it cannot open', async () => {
  await using folder = await temporaryFolder()
  const newer = await openLevelStore(folder.path)
  await newer.write([{ type: 'put', key: 'm\0format', value: { format: 4 } }])
  await newer.close()
  for (const _ of [1, 2]) {
    await expect(openSecretStore(folder.path)).rejects.toMatchObject({ code: 'SECRETS_FORMAT_NEWER' })
  }
})
