import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, open, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openSecretStore } from './adapters/level.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { temporaryFolder } from './stores.test-support.ts'

const IS_LONG = process.env['AGENTIC_LONG_RUN'] === '1'
const alice = agentScope('alice')
const asTool = { category: 'tool' } as const
const key = keyFromText(generateRootKey())
const CHILD = fileURLToPath(new URL('disk-child.test-support.ts', import.meta.url))

/** Opens in a process of its own, with a limit of the shell before it; what it said and the code of its error. */
function openElsewhere(location: string, limit = ':'): string {
  const line = `${limit}; exec "$0" --conditions=@agentic/source "$1" "$2"`
  const { stdout } = spawnSync('sh', ['-c', line, process.execPath, CHILD, location], { encoding: 'utf8' })
  return stdout.trim()
}

/** A folder with a store in which alice's TOKEN shadows the shared one; in tables, or in the log as it was written. */
async function filled(location: string, isCompacted: boolean): Promise<void> {
  {
    await using secrets = await openSecretStore(location)
    await secrets.put(INSTANCE_SHARED, 'TOKEN', 'shared', asTool)
    await secrets.put(alice, 'TOKEN', 'own')
    await secrets.put(alice, 'OTHER', 'own')
    await secrets.enable(key)
    for (let index = 0; index < 50; index += 1) await secrets.put(agentScope(`agent-${index}`), 'TOKEN', `own ${index}`)
    await secrets.put(alice, 'TOKEN', 'own, again')
    if (isCompacted) await secrets.rotate(key2)
    if (isCompacted) await secrets.rotate(key)
  }
}
const key2 = keyFromText(generateRootKey())

const NO_MOUNT = 'it needs a small file system of its own, which root alone can make'
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && hasMount()

function hasMount(): boolean {
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt']).status === 0
}

async function mounted(options: string) {
  const folder = await temporaryFolder()
  const mount = (...given: string[]) => execFileSync('mount', [...given, folder.path])
  mount('-t', 'tmpfs', '-o', options, 'tmpfs')
  return {
    path: folder.path,
    remount: (changed: string) => mount('-o', `remount,${changed}`),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [folder.path])
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe('a disk', () => {
  test('P19 that is full refuses changes, and loses nothing that it took', async ({ skip }) => {
    skip(!canMount, NO_MOUNT)
    await using disk = await mounted('size=3m')
    const location = join(disk.path, 'secrets')
    await filled(location, false)
    const value = 'x'.repeat(60_000)
    const taken: string[] = []
    let refusal: unknown
    {
      await using secrets = await openSecretStore(location, { key })
      while (refusal === undefined && taken.length < 200) {
        const name = `BIG_${taken.length}`
        refusal = await secrets.put(INSTANCE_SHARED, name, value, { category: 'system' }).then(
          () => void taken.push(name),
          (error: unknown) => error,
        )
      }
      expect(refusal).toMatchObject({ code: 'STORE_UNAVAILABLE' })
      expect(taken.length).toBeGreaterThan(3)
      expect((await secrets.envFor('alice')).env['TOKEN']).toBe('own, again')
    }
    disk.remount('size=30m')
    await using secrets = await openSecretStore(location, { key })
    for (const name of taken) expect(await secrets.reveal(INSTANCE_SHARED, name)).toBe(value)
    await secrets.put(INSTANCE_SHARED, 'BIG_NEXT', value, { category: 'system' })
    expect(await secrets.verify()).toMatchObject({ isSound: true })
  })

  test('P19 that fills up in the middle of enabling leaves a store that goes on later', async ({ skip }) => {
    skip(!canMount, NO_MOUNT)
    let refused = 0
    for (const size of ['size=400k', 'size=600k', 'size=900k']) {
      await using disk = await mounted('size=20m')
      const location = join(disk.path, 'secrets')
      {
        await using secrets = await openSecretStore(location)
        for (let index = 0; index < 8; index += 1) {
          await secrets.put(agentScope(`agent-${index}`), 'BIG', `${index} ${'x'.repeat(30_000)}`)
        }
      }
      {
        const secrets = await openSecretStore(location)
        disk.remount(size)
        await secrets.enable(key).catch(() => (refused += 1))
        await secrets.close().catch(() => undefined)
      }
      disk.remount('size=20m')
      await using secrets = await openSecretStore(location)
      await ((await secrets.status()).state === 'unencrypted' ? secrets.enable(key) : secrets.unlock(key))
      expect(await secrets.verify()).toMatchObject({ isSound: true })
      for (let index = 0; index < 8; index += 1) {
        expect(await secrets.reveal(agentScope(`agent-${index}`), 'BIG')).toBe(`${index} ${'x'.repeat(30_000)}`)
      }
    }
    expect(refused).toBeGreaterThan(0)
  })

  test('that is read-only is told, with the way out', async ({ skip }) => {
    skip(!canMount, NO_MOUNT)
    await using disk = await mounted('size=3m')
    const location = join(disk.path, 'secrets')
    await filled(location, false)
    disk.remount('ro')
    await expect(openSecretStore(location, { key })).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining('rights') as string,
    })
    disk.remount('rw')
    await using secrets = await openSecretStore(location, { key })
    expect((await secrets.envFor('alice')).env['TOKEN']).toBe('own, again')
  })
})

test('a process without descriptors left is told so, and spoils nothing', async () => {
  await using folder = await temporaryFolder()
  const location = join(folder.path, 'secrets')
  await filled(location, true)
  expect(openElsewhere(location, 'ulimit -n 512')).toBe('opened locked')
  const said = openElsewhere(location, 'export USE_ALL_DESCRIPTORS=1; ulimit -n 64')
  expect(said).toMatch(/^(?:STORE_DAMAGED|EMFILE)/u)
  await using secrets = await openSecretStore(location, { key })
  expect(await secrets.verify()).toMatchObject({ isSound: true })
})

describe('a folder', () => {
  test('that is in use is refused to another process, to another part of this one, and to its threads', async () => {
    await using folder = await temporaryFolder()
    const location = join(folder.path, 'secrets')
    await using secrets = await openSecretStore(location)
    await secrets.put(alice, 'TOKEN', 'own')
    expect(openElsewhere(location)).toBe('STORE_IN_USE')
    await expect(openSecretStore(location)).rejects.toMatchObject({ code: 'STORE_IN_USE' })
    const worker = new Worker(CHILD, {
      argv: [location],
      execArgv: ['--conditions=@agentic/source'],
      stdout: true,
    })
    const said = (await worker.stdout.toArray()).join('').trim()
    expect(said).toBe('STORE_IN_USE')
    await symlink(location, join(folder.path, 'link'))
    for (const other of [
      join(folder.path, 'link'),
      `${folder.path}/./secrets`,
      `${location}/`,
      `${folder.path}/x/../secrets`,
    ]) {
      await expect(openSecretStore(other)).rejects.toMatchObject({ code: 'STORE_IN_USE' })
    }
    expect(await secrets.resolve('alice', 'TOKEN')).toBe('own')
  })

  test('that is a link is the one that it leads to', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'real'))
    await symlink(join(folder.path, 'real'), join(folder.path, 'link'))
    {
      await using secrets = await openSecretStore(join(folder.path, 'link'))
      await secrets.put(alice, 'TOKEN', 'own')
    }
    await using secrets = await openSecretStore(join(folder.path, 'real'))
    expect(await secrets.resolve('alice', 'TOKEN')).toBe('own')
    expect((await stat(join(folder.path, 'real'))).mode & 0o777).toBe(0o700)
  })

  test.for([0o777, 0o755, 0o750])("that others could read is its owner's alone once it is opened: %o", async (mode) => {
    await using folder = await temporaryFolder()
    const location = join(folder.path, 'secrets')
    await mkdir(location)
    await chmod(location, mode)
    await using secrets = await openSecretStore(location)
    await secrets.put(alice, 'TOKEN', 'own')
    expect((await stat(location)).mode & 0o777).toBe(0o700)
  })

  test('whose CURRENT file is missing or empty is refused, and what is there is not touched', async () => {
    await using folder = await temporaryFolder()
    const location = join(folder.path, 'secrets')
    await filled(location, true)
    const current = await readFile(join(location, 'CURRENT'))
    const before = (await readdir(location)).filter((name) => /\.ldb$|MANIFEST/u.test(name)).toSorted()
    for (const spoil of [() => rm(join(location, 'CURRENT')), () => writeFile(join(location, 'CURRENT'), '')]) {
      await spoil()
      await expect(openSecretStore(location, { key })).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
      expect((await readdir(location)).filter((name) => /\.ldb$|MANIFEST/u.test(name)).toSorted()).toEqual(before)
      await writeFile(join(location, 'CURRENT'), current)
    }
    await using secrets = await openSecretStore(location, { key })
    expect(await secrets.verify()).toMatchObject({ isSound: true })
  })
})

describe("LevelDB's files", () => {
  const logOf = async (location: string) => (await readdir(location)).find((name) => name.endsWith('.log'))!

  test(
    'P19 the log cut anywhere is the store after one of its changes, whole',
    { timeout: 60_000 * (IS_LONG ? 20 : 1) },
    async () => {
      await using folder = await temporaryFolder()
      const location = join(folder.path, 'secrets')
      const values = Array.from({ length: 6 }, (_, index) => `value ${index}`)
      {
        await using secrets = await openSecretStore(location)
        await secrets.put(INSTANCE_SHARED, 'TOKEN', 'shared', asTool)
        await secrets.enable(key)
      }
      {
        await using secrets = await openSecretStore(location, { key })
        for (const value of values) await secrets.put(alice, 'TOKEN', value)
      }
      const log = await logOf(location)
      const { size } = await stat(join(location, log))
      const cut = join(folder.path, 'cut')
      const seen: number[] = []
      // Every offset takes minutes.
      const step = IS_LONG ? 1 : 37
      for (let offset = 0; offset <= size; offset += step) {
        await rm(cut, { recursive: true, force: true })
        await cp(location, cut, { recursive: true })
        await truncate(join(cut, log), offset)
        await using secrets = await openSecretStore(cut, { key })
        const { env, withheld } = await secrets.envFor('alice')
        expect(withheld).toEqual([])
        expect(['shared', ...values]).toContain(env['TOKEN'])
        const { damaged, audit } = await secrets.verify()
        expect([damaged, audit.breaks]).toEqual([[], []])
        seen.push(values.indexOf(env['TOKEN']!))
      }
      // In their order, from none to all but the last, which the cut may have taken.
      expect(seen).toEqual(seen.toSorted((one, other) => one - other))
      expect(new Set(seen).size).toBeGreaterThanOrEqual(values.length)
    },
  )

  test.for([{ isCompacted: true }, { isCompacted: false }])(
    'P2 P5 with any byte of a table changed, no agent gets the shared secret in place of its own: compacted $isCompacted',
    { timeout: 60_000 * (IS_LONG ? 20 : 1) },
    async ({ isCompacted }) => {
      await using folder = await temporaryFolder()
      const location = join(folder.path, 'secrets')
      await filled(location, isCompacted)
      // Reopened, what was in the log is in a table: a log that is cut is the store as it once was.
      await (await openSecretStore(location, { key })).close()
      const files = (await readdir(location)).filter((name) => name.endsWith('.ldb'))
      expect(files.length).toBeGreaterThan(0)
      const counts = { refused: 0, withheld: 0, whole: 0 }
      const place = fc.tuple(
        fc.nat(files.length - 1),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
      )
      await fc.assert(
        fc.asyncProperty(place, async ([file, where, change]) => {
          const copy = join(folder.path, 'copy')
          await rm(copy, { recursive: true, force: true })
          await cp(location, copy, { recursive: true })
          await spoil(join(copy, files[file]!), where, change)
          const got = await tokenOf(copy)
          expect(['own, again', 'withheld', 'refused']).toContain(got)
          counts[got === 'own, again' ? 'whole' : (got as 'withheld')] += 1
        }),
        { numRuns: IS_LONG ? 3000 : 150 },
      )
      expect(counts.withheld + counts.refused).toBeGreaterThan(0)
    },
  )

  async function spoil(path: string, where: number, change: number): Promise<void> {
    await using file = await open(path, 'r+')
    const position = Math.floor(where * (await file.stat()).size)
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, position)
    byte[0]! ^= change
    await file.write(byte, 0, 1, position)
  }

  /** What alice's workers get for TOKEN, of which she has her own. */
  async function tokenOf(location: string): Promise<string> {
    let secrets: SecretStore | undefined
    try {
      secrets = await openSecretStore(location, { key })
      const { env, withheld } = await secrets.envFor('alice')
      return env['TOKEN'] ?? (withheld.some(({ name }) => name === 'TOKEN') ? 'withheld' : 'absent')
    } catch (error) {
      if (error instanceof Error && 'code' in error) return 'refused'
      throw error
    } finally {
      await secrets?.close()
    }
  }
})
