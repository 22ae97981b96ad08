import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openLevelStore } from './adapters/level.ts'
import { createMemoryStore } from './adapters/memory.ts'
import type { EmbeddedStore } from './embedded-store.ts'
import { createGroupCommit } from './group-commit.ts'
import { key, under } from './keys.ts'

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'agentic-store-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const put = (name: string, value: unknown) => ({ type: 'put', key: name, value }) as const

const adapters: readonly { name: string; open: (path: string) => Promise<EmbeddedStore> }[] = [
  { name: 'memory', open: async () => createMemoryStore() },
  { name: 'level', open: openLevelStore },
]

describe.each(adapters)('the store in $name', ({ open }) => {
  test('reads what was written, and nothing for what is absent', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    await store.write([put('a', { deep: [1, null, 'é'] })])
    expect(await store.get('a')).toEqual({ deep: [1, null, 'é'] })
    expect(await store.get('b')).toBeUndefined()
    await store.write([{ type: 'delete', key: 'a' }])
    expect(await store.get('a')).toBeUndefined()
  })

  test('reads in one turn what was written, and not once it is closed', async () => {
    await using folder = await temporaryFolder()
    const store = await open(folder.path)
    await store.write([put('a', { deep: [1, null, 'é'] })])
    expect(store.getSync('a')).toEqual({ deep: [1, null, 'é'] })
    expect(store.getSync('b')).toBeUndefined()
    await store.close()
    expect(() => store.getSync('a')).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
  })

  test('lists a stretch of any length whole, up to its limit', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    await store.write(Array.from({ length: 2500 }, (_, n) => put(key('n', n), 'x'.repeat(n % 100))))
    expect(await store.list(under('n'))).toHaveLength(2500)
    for (const limit of [1, 63, 64, 65, 1500]) {
      const entries = await store.list({ ...under('n'), limit })
      expect(entries.map((entry) => entry.key)).toEqual(Array.from({ length: limit }, (_, n) => key('n', n)))
    }
  })

  test('lists a stretch in the order of bytes, either way, up to a limit', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    await store.write([3, 1, 2].map((n) => put(key('t', 'x', n), n)).concat(put(key('t', 'xy', 1), 'other')))
    const values = async (range: object) =>
      (await store.list<number>({ ...under('t', 'x'), ...range })).map((row) => row.value)
    expect(await values({})).toEqual([1, 2, 3])
    expect(await values({ reverse: true, limit: 2 })).toEqual([3, 2])
    expect(await store.keys(under('t', 'x'))).toHaveLength(3)
  })

  test('sorts keys by their bytes, not by UTF-16', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    await store.write([put('\u{10000}', 2), put('\uffff', 1)])
    expect(await store.keys({})).toEqual(['\uffff', '\u{10000}'])
  })

  test('walks any number of rows, either way', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    await store.write(Array.from({ length: 600 }, (_, n) => put(key('n', n), n)))
    const walked = async (range: object) => {
      const values: number[] = []
      for await (const row of store.walk<number>({ ...under('n'), ...range })) values.push(row.value)
      return values
    }
    const all = Array.from({ length: 600 }, (_, n) => n)
    expect(await walked({})).toEqual(all)
    expect(await walked({ reverse: true })).toEqual(all.toReversed())
    expect(await walked({ limit: 300 })).toEqual(all.slice(0, 300))
    expect(await walked({ limit: 256 })).toHaveLength(256)
  })

  test('keeps the order of writes made at the same time', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    await Promise.all(Array.from({ length: 50 }, (_, n) => store.write([put('k', n), put(`n${n}`, n)])))
    expect(await store.get('k')).toBe(49)
    expect(await store.keys({})).toHaveLength(51)
  })

  test('refuses a value that is not JSON without harm to writes beside it', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    const good = store.write([put('a', 1)])
    await expect(store.write([put('b', undefined)])).rejects.toThrow(TypeError)
    await good
    expect(await store.keys({})).toEqual(['a'])
  })

  test('copies a value when it is written', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    const value = { n: 1 }
    const written = store.write([put('a', value)])
    value.n = 2
    await written
    expect(await store.get('a')).toEqual({ n: 1 })
  })

  test('lets works of one lock take turns, also after one that failed', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    const order: string[] = []
    const work = (name: string, fails = false) =>
      store.exclusive('lock', async () => {
        order.push(`${name} in`)
        await Promise.resolve()
        order.push(`${name} out`)
        if (fails) throw new Error(name)
      })
    const results = await Promise.allSettled([work('a'), work('b', true), work('c')])
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('tells a lock that somebody has, or waits for, from a free one', async () => {
    await using folder = await temporaryFolder()
    await using store = await open(folder.path)
    expect(store.isFree('lock')).toBe(true)
    const works = [1, 2].map(() => store.exclusive('lock', async () => store.isFree('lock')))
    expect([store.isFree('lock'), store.isFree('other')]).toEqual([false, true])
    expect(await Promise.all(works)).toEqual([false, false])
    expect(store.isFree('lock')).toBe(true)
  })

  test('finishes what it is writing before it closes, and takes nothing after', async () => {
    await using folder = await temporaryFolder()
    const store = await open(folder.path)
    const writing = store.write([put('a', 1)])
    const closing = store.close()
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(store.write([put('b', 1)])).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await Promise.all([writing, closing, store.close()])
  })
})

describe('the store on disk', () => {
  test('holds what was written when it is opened again', async () => {
    await using folder = await temporaryFolder()
    const first = await openLevelStore(folder.path)
    await first.write([put('a', 1)])
    await first.close()
    await using second = await openLevelStore(folder.path)
    expect(await second.get('a')).toBe(1)
  })

  test('keeps its folder to its owner', async () => {
    await using folder = await temporaryFolder()
    await using _store = await openLevelStore(join(folder.path, 'new'))
    expect((await stat(join(folder.path, 'new'))).mode & 0o777).toBe(0o700)
  })

  test('is refused while it is open elsewhere', async () => {
    await using folder = await temporaryFolder()
    await using _store = await openLevelStore(folder.path)
    await expect(openLevelStore(folder.path)).rejects.toMatchObject({ code: 'STORE_IN_USE' })
  })

  test.for(['link', 'store/', './store', 'other/../store', 'link/../store'])(
    'is refused while it is open under another name: %s',
    async (name) => {
      await using folder = await temporaryFolder()
      await mkdir(join(folder.path, 'other'))
      await using store = await openLevelStore(join(folder.path, 'store'))
      await symlink(join(folder.path, 'store'), join(folder.path, 'link'))
      await expect(openLevelStore(`${folder.path}/${name}`)).rejects.toMatchObject({
        code: 'STORE_IN_USE',
        message: expect.stringContaining('already open') as string,
      })
      await store.write([put('a', 1)])
      expect(await store.get('a')).toBe(1)
    },
  )

  test('is not made anew over the remains of a damaged one', async () => {
    await using folder = await temporaryFolder()
    await (await openLevelStore(folder.path)).close()
    await unlink(join(folder.path, 'CURRENT'))
    const before = await readdir(folder.path)
    await expect(openLevelStore(folder.path)).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
    expect(await readdir(folder.path)).toEqual(before)
  })

  test('names the folder when it cannot be opened', async () => {
    await using folder = await temporaryFolder()
    await (await openLevelStore(folder.path)).close()
    await writeFile(join(folder.path, 'CURRENT'), '')
    await expect(openLevelStore(folder.path)).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining(folder.path) as string,
    })
  })

  test('P19 an acknowledged write survives a killed process', async () => {
    await using folder = await temporaryFolder()
    const writer = `
      import { openLevelStore } from ${JSON.stringify(new URL('adapters/level.ts', import.meta.url).href)}
      const store = await openLevelStore(${JSON.stringify(folder.path)})
      for (let n = 0; ; n++) {
        await store.write([{ type: 'put', key: String(n).padStart(6, '0'), value: n }, { type: 'put', key: 'x' + n, value: n }])
        if (n === 200) process.kill(process.pid, 'SIGKILL')
      }`
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', writer])
    await expect(child).rejects.toMatchObject({ signal: 'SIGKILL' })
    await using store = await openLevelStore(folder.path)
    expect(await store.get('x200')).toBe(200)
    expect(await store.keys({})).toHaveLength(402)
  })
})

describe('group commit', () => {
  test('writes what arrives during a batch as one batch', async () => {
    const batches: number[][] = []
    const [begun, disk] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const commit = createGroupCommit<number>(async (items) => {
      batches.push(items)
      begun.resolve()
      await disk.promise
    })
    const first = commit.add([1])
    await begun.promise
    const others = [commit.add([2]), commit.add([3])]
    disk.resolve()
    await Promise.all([first, ...others])
    expect(batches).toEqual([[1], [2, 3]])
  })

  test('lets all that the end of a batch sets going share the next one, however many turns each takes to come', async () => {
    const batches: number[][] = []
    const commit = createGroupCommit<number>(async (items) => void batches.push(items))
    const caller = async (turns: number): Promise<void> => {
      await commit.add([turns])
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      await commit.add([turns])
    }
    await Promise.all([1, 7, 30].map(caller))
    expect(batches).toEqual([
      [1, 7, 30],
      [1, 7, 30],
    ])
  })

  test('tells each caller of a batch that it failed, and goes on', async () => {
    let fails = true
    const commit = createGroupCommit<number>(async () => {
      if (fails) throw new Error('disk full')
    })
    const both = [commit.add([1]), commit.add([2])]
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    fails = false
    await commit.add([3])
    await commit.drained()
  })
})
