import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorkspaceFolder, safeFileName } from './workspace-folder.ts'

let root: string
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'workspace-folder-'))))
afterEach(() => rm(root, { recursive: true }))

async function write(name: string, text: string): Promise<string> {
  const folder = await openWorkspaceFolder(join(root, 'workspace'), 'downloads')
  try {
    const { path, file } = await folder.create(name)
    await file.writeFile(text)
    await file.close()
    return path
  } finally {
    await folder.close()
  }
}

test('no file takes the place of another', async () => {
  expect([await write('a.txt', '1'), await write('a.txt', '2'), await write('b', '3'), await write('b', '4')]).toEqual([
    'downloads/a.txt',
    'downloads/a-1.txt',
    'downloads/b',
    'downloads/b-1',
  ])
  expect(await readFile(join(root, 'workspace/downloads/a-1.txt'), 'utf8')).toBe('2')
})

test('P1 a link that the agent planted leads nowhere else', async () => {
  await mkdir(join(root, 'outside'))
  await mkdir(join(root, 'workspace'))
  await symlink(join(root, 'outside'), join(root, 'workspace/downloads'))
  await expect(write('a.txt', 'x')).rejects.toThrow('outside the workspace')
  await rm(join(root, 'workspace/downloads'))
  await mkdir(join(root, 'workspace/downloads'))
  await symlink(join(root, 'outside/a.txt'), join(root, 'workspace/downloads/a.txt'))
  expect(await write('a.txt', 'x')).toBe('downloads/a-1.txt')
  expect(await readdir(join(root, 'outside'))).toEqual([])
})

test.runIf(process.platform === 'linux')('P1 nor is one that is planted while the folder is open', async () => {
  const folder = await openWorkspaceFolder(join(root, 'workspace'), 'downloads')
  await mkdir(join(root, 'outside'))
  await rename(join(root, 'workspace/downloads'), join(root, 'workspace/moved'))
  await symlink(join(root, 'outside'), join(root, 'workspace/downloads'))
  await (await folder.create('a.txt')).file.close()
  await folder.close()
  expect(await readdir(join(root, 'outside'))).toEqual([])
  expect(await readdir(join(root, 'workspace/moved'))).toEqual(['a.txt'])
})

test.for([
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['.bashrc', 'bashrc'],
  ['', 'file'],
  ['...', 'file'],
  ['Rechnung März 2026.pdf', 'Rechnung_März_2026.pdf'],
  ['a\u0000b\nc', 'a_b_c'],
  [`${'short'.repeat(100)}.pdf`, `${'short'.repeat(10)}.pdf`],
])('%j is kept as %s', ([name, kept]) => {
  expect(safeFileName(name ?? '')).toBe(kept)
})

test('a name is one plain name whatever a site gives', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      const safe = safeFileName(name)
      expect(safe).toMatch(/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}._-]*$/u)
      expect(safe.isWellFormed()).toBe(true)
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200)
    }),
  )
})
