import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canConfineFiles } from '../workspace-path.ts'
import { createWorkspaceFiles, folderWithin, type WorkspaceFiles } from './workspace-files.ts'

interface Place extends AsyncDisposable {
  readonly root: string
  readonly outside: string
  readonly files: WorkspaceFiles
}

/** A workspace beside a folder that must not be reached. */
async function setup(): Promise<Place> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'acp-files-')))
  const [root, outside] = [join(folder, 'workspace'), join(folder, 'outside')]
  await mkdir(join(root, 'folder'), { recursive: true })
  await mkdir(outside)
  await writeFile(join(outside, 'secret'), 'not yours')
  await writeFile(join(root, 'folder', 'file'), 'one\ntwo\nthree\n')
  return {
    root,
    outside,
    files: createWorkspaceFiles(root),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

describe.runIf(canConfineFiles)('files of a workspace', () => {
  test('are read whole or in part, and written anew or over', async () => {
    await using place = await setup()
    const path = join(place.root, 'folder', 'file')
    expect(await place.files.read(path)).toBe('one\ntwo\nthree\n')
    expect(await place.files.read(path, { line: 2, limit: 1 })).toBe('two')
    expect(await place.files.read(path, { line: 3 })).toBe('three\n')
    expect(await place.files.read(path, { limit: 0 })).toBe('')
    await place.files.write(path, 'é')
    await place.files.write(join(place.root, 'new'), 'more')
    expect(await readFile(path, 'utf8')).toBe('é')
    expect(await readFile(join(place.root, 'new'), 'utf8')).toBe('more')
  })

  test('are found through links that stay inside', async () => {
    await using place = await setup()
    await symlink('folder', join(place.root, 'link'))
    await symlink('../link/file', join(place.root, 'folder', 'again'))
    await symlink(join(place.root, 'folder', 'again'), join(place.root, 'absolute'))
    expect(await place.files.read(join(place.root, 'absolute'))).toContain('one')
    await place.files.write(join(place.root, 'absolute'), 'over')
    expect(await readFile(join(place.root, 'folder', 'file'), 'utf8')).toBe('over')
    expect((await readdir(place.root)).toSorted()).toEqual(['absolute', 'folder', 'link'])
  })

  test.for([
    ['a path outside', ({ outside }) => join(outside, 'secret')],
    ['a way up', ({ root }) => `${root}/folder/../../outside/secret`],
    ['the workspace with more to its name', ({ root }) => `${root}-other/secret`],
    ['a path that is not absolute', () => 'folder/file'],
    ['a NUL', ({ root }) => `${root}/folder/file\0`],
    ['a link to a file outside', ({ root }) => join(root, 'to-file')],
    ['a link to a folder outside', ({ root }) => join(root, 'to-folder', 'secret')],
    ['a link that climbs', ({ root }) => join(root, 'climbs', 'secret')],
    ['a loop of links', ({ root }) => join(root, 'loop')],
    ['a folder', ({ root }) => join(root, 'folder')],
    ['the workspace itself', ({ root }) => root],
    ['a pipe', ({ root }) => join(root, 'pipe')],
  ] as readonly (readonly [string, (place: Place) => string])[])('do not come to be by %s', async ([, pathIn]) => {
    await using place = await setup()
    await symlink(join(place.outside, 'secret'), join(place.root, 'to-file'))
    await symlink(place.outside, join(place.root, 'to-folder'))
    await symlink('folder/../../outside', join(place.root, 'climbs'))
    await symlink('loop', join(place.root, 'loop'))
    execFileSync('mkfifo', [join(place.root, 'pipe')])
    const path = pathIn(place)
    await expect(place.files.read(path)).rejects.toMatchObject({ name: 'WorkspacePathError' })
    await expect(place.files.write(path, 'mine')).rejects.toMatchObject({ name: 'WorkspacePathError' })
    expect(await readFile(join(place.outside, 'secret'), 'utf8')).toBe('not yours')
    expect(await readdir(place.outside)).toEqual(['secret'])
  })

  test('are not those behind a link that is swapped in while they are looked up', async () => {
    await using place = await setup()
    const { root, outside, files } = place
    await writeFile(join(root, 'folder', 'secret'), 'mine')
    await symlink(outside, join(root, 'trap'))
    let isSwapping = true
    const swapping = (async () => {
      while (isSwapping) {
        await rename(join(root, 'folder'), join(root, 'aside'))
        await rename(join(root, 'trap'), join(root, 'folder'))
        await rename(join(root, 'folder'), join(root, 'trap'))
        await rename(join(root, 'aside'), join(root, 'folder'))
      }
    })()
    const path = join(root, 'folder', 'secret')
    const seen = new Set<string>()
    for (let round = 0; round < 500; round += 1) {
      seen.add(await files.read(path).catch(() => 'refused'))
      await files.write(path, 'mine').catch(() => undefined)
    }
    isSwapping = false
    await swapping
    expect(seen).toContain('mine')
    expect([...seen]).not.toContain('not yours')
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('not yours')
  })

  test('that are no text, too large or not there are refused, with their name', async () => {
    await using place = await setup()
    const [binary, large] = [join(place.root, 'binary'), join(place.root, 'large')]
    await writeFile(binary, Buffer.from([0xff, 0xfe]))
    await writeFile(large, Buffer.alloc(4 * 1024 * 1024 + 1))
    await expect(place.files.read(binary)).rejects.toThrow(`${binary} is not text in UTF-8`)
    await expect(place.files.read(large)).rejects.toThrow(`${large} has more than 4194304 bytes`)
    await expect(place.files.read(join(place.root, 'gone'))).rejects.toThrow('gone is not there')
    await expect(place.files.write(join(place.root, 'no', 'folder'), 'x')).rejects.toThrow('is not there')
    await expect(stat(join(place.root, 'no'))).rejects.toThrow('ENOENT')
  })
})

test.for([
  ['.', '/w'],
  ['a/b', '/w/a/b'],
  ['/w/a', '/w/a'],
  ['..', undefined],
  ['a/../../w2', undefined],
  ['/w2', undefined],
])('the folder %s of a session is %s', ([folder, path]) => {
  expect(folderWithin('/w', folder!)).toBe(path)
})
