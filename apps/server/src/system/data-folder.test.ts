import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DataFolder, openDataFolder } from './data-folder.ts'

let root: string
let folder: DataFolder

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'agentic-data-'))
  folder = await openDataFolder(join(root, 'deep', 'data'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

const nameOf = (agentId: string): string => basename(dirname(folder.workspaceOf(agentId)))

const agentId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)

describe('the data folder', () => {
  test('is made for its owner alone', async () => {
    expect((await stat(dirname(folder.storePath))).mode & 0o777).toBe(0o700)
  })

  test('keeps the ids apart that differ by case alone, on file systems that do not', () => {
    const twins = ['shop', 'Shop', 'SHOP', 'sHop', '%53hop'.replace('%', '-')]
    expect(new Set(twins.map((id) => nameOf(id).toLowerCase())).size).toBe(twins.length)
  })

  test('has one folder for each id, below its own, with a name that any file system takes', () => {
    const seen = new Map<string, string>()
    fc.assert(
      fc.property(agentId, (id) => {
        const name = nameOf(id)
        expect(name).toMatch(/^[a-z0-9%._-]{1,255}$/)
        expect(relative(dirname(folder.storePath), folder.workspaceOf(id))).toBe(join('agents', name, 'workspace'))
        expect(seen.get(name) ?? id).toBe(id)
        seen.set(name, id)
      }),
      { numRuns: 2_000, seed: 1 },
    )
  })

  test('keeps long ids apart whose folders’ names are shortened', () => {
    const long = 'A'.repeat(127)
    const names = ['A', 'B', 'a', ''].map((end) => nameOf(long + end))
    expect(new Set(names).size).toBe(4)
    for (const name of names) expect(name.length).toBeLessThanOrEqual(255)
  })

  test('keeps screenshots of runs, by the name that the API gives them', async () => {
    const png = new Uint8Array([137, 80, 78, 71])
    const run = { agentId: 'Shop', runId: 'run_1' }
    expect(await folder.saveScreenshot(png, run)).toBe('/api/runs/run_1/screenshot')
    expect(await folder.readScreenshot('Shop', 'run_1')).toEqual(png)
    expect(await folder.readScreenshot('shop', 'run_1')).toBeUndefined()
    expect(await folder.readScreenshot('Shop', 'run_2')).toBeUndefined()
  })

  test('P6 loses all of an agent that is erased, nothing of another, and does not mind doing it again', async () => {
    for (const id of ['a', 'A', 'B'.repeat(128)]) {
      await mkdir(folder.workspaceOf(id), { recursive: true })
      await writeFile(join(folder.workspaceOf(id), 'file'), id)
    }
    for (const id of ['a', 'a', 'B'.repeat(128), 'never-there']) await folder.eraseAgent(id)
    expect(await readdir(dirname(dirname(folder.workspaceOf('a'))))).toEqual([nameOf('A')])
  })
})
