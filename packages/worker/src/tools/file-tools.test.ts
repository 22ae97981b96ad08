import { execFileSync } from 'node:child_process'
import { link, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@agentic/worker-outcome'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { partsInside } from '../workspace-path.ts'
import { createFileTools } from './file-tools.ts'
import type { ToolContext } from './run-tool.ts'

async function setup() {
  const root = await mkdtemp(join(tmpdir(), 'agentic-files-'))
  const workspace = join(root, 'workspace')
  await mkdir(workspace)
  await writeFile(join(root, 'outside'), 'not yours')
  const tools = createFileTools(workspace)
  return {
    root,
    workspace,
    async call(name: string, input: Json) {
      const tool = tools.find((each) => each.name === name)
      try {
        return await tool?.execute(input, {} as ToolContext)
      } catch (error) {
        return `error: ${(error as Error).message}`
      }
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true })
    },
  }
}

describe('files of the workspace', () => {
  test('are written with their folders, read with their lines, edited and listed', async () => {
    await using files = await setup()
    expect(await files.call('write_file', { path: 'a/b/notes.txt', content: 'one\ntwo\nthree' })).toBe('wrote 13 bytes')
    expect(await files.call('read_file', { path: './a/b/notes.txt', fromLine: 2, lines: 1 })).toBe(
      '2\ttwo\n[1 more lines: go on with fromLine 3]',
    )
    expect(await files.call('edit_file', { path: 'a/b/notes.txt', oldText: 'two', newText: '2' })).toBe(
      'replaced 1 time',
    )
    expect(await readFile(join(files.workspace, 'a/b/notes.txt'), 'utf8')).toBe('one\n2\nthree')
    expect(await files.call('list_files', { depth: 3 })).toBe('a/\na/b/\na/b/notes.txt')
    expect(await files.call('read_file', { path: join(files.workspace, 'a/b/notes.txt') })).toBe(
      '1\tone\n2\t2\n3\tthree',
    )
  })

  test('are found through links that stay inside, however many', async () => {
    await using files = await setup()
    await files.call('write_file', { path: 'a/b/notes.txt', content: 'one' })
    await symlink('a/b', join(files.workspace, 'folder'))
    await symlink('../folder/notes.txt', join(files.workspace, 'a/again'))
    await symlink(join(files.workspace, 'a/again'), join(files.workspace, 'absolute'))
    expect(await files.call('edit_file', { path: 'absolute', oldText: 'one', newText: 'two' })).toBe('replaced 1 time')
    expect(await files.call('write_file', { path: 'folder/c/more', content: 'x' })).toBe('wrote 1 bytes')
    expect(await readFile(join(files.workspace, 'a/b/notes.txt'), 'utf8')).toBe('two')
    expect(await readFile(join(files.workspace, 'a/b/c/more'), 'utf8')).toBe('x')
    await symlink('loop', join(files.workspace, 'loop'))
    expect(await files.call('read_file', { path: 'loop' })).toContain('is a loop of links')
    expect(await files.call('read_file', { path: 'loop/x' })).toContain('is a loop of links')
  })

  test('are edited only where it is clear what is meant', async () => {
    await using files = await setup()
    await files.call('write_file', { path: 'f', content: 'a a' })
    expect(await files.call('edit_file', { path: 'f', oldText: 'a', newText: 'b' })).toContain('is 2 times in the file')
    expect(await files.call('edit_file', { path: 'f', oldText: 'c', newText: 'b' })).toContain('is not in the file')
    expect(await files.call('edit_file', { path: 'f', oldText: 'a', newText: '$&b', replaceAll: true })).toBe(
      'replaced 2 times',
    )
    expect(await readFile(join(files.workspace, 'f'), 'utf8')).toBe('$&b $&b')
  })

  test('are said to be missing, binary or too large, each with the way out', async () => {
    await using files = await setup()
    await writeFile(join(files.workspace, 'binary'), Buffer.from([1, 0, 2]))
    await writeFile(join(files.workspace, 'large'), '')
    await truncate(join(files.workspace, 'large'), 5e9)
    expect(await files.call('read_file', { path: 'nothing' })).toBe('error: path: nothing is not there')
    expect(await files.call('read_file', { path: 'binary' })).toContain('is no text')
    expect(await files.call('read_file', { path: 'large' })).toContain('look at parts of it with the shell')
    expect(await files.call('read_file', { path: '.' })).toContain('is the workspace itself')
    expect(await files.call('write_file', { path: 'x'.repeat(300), content: '' })).toContain('is too long a name')
  })
})

describe('nothing outside the workspace', () => {
  const actions = [
    ['read_file', {}],
    ['write_file', { content: 'mine' }],
    ['edit_file', { oldText: 'not', newText: 'now' }],
  ] as const

  test.for(actions)('is reached with %s, by dots, roots or links', async ([name, more]) => {
    await using files = await setup()
    await symlink(join(files.root, 'outside'), join(files.workspace, 'link'))
    await symlink(files.root, join(files.workspace, 'folder'))
    await symlink('..', join(files.workspace, 'up'))
    for (const path of [
      '../outside',
      'x/../../outside',
      join(files.root, 'outside'),
      '/proc/self/environ',
      'link',
      'folder/outside',
      'up/outside',
      'folder/workspace/../outside',
    ]) {
      expect(await files.call(name, { path, ...more })).toMatch(/^error: path: .*outside the workspace/)
    }
    expect(await readFile(join(files.root, 'outside'), 'utf8')).toBe('not yours')
  })

  test('is listed', async () => {
    await using files = await setup()
    await symlink(files.root, join(files.workspace, 'folder'))
    expect(await files.call('list_files', { depth: 5 })).toBe('folder@')
    expect(await files.call('list_files', { path: 'folder' })).toContain('outside the workspace')
    expect(await files.call('list_files', { path: '..' })).toContain('outside the workspace')
  })

  test('is waited for: a pipe is refused at once', async () => {
    await using files = await setup()
    execFileSync('mkfifo', [join(files.workspace, 'pipe')])
    expect(await files.call('read_file', { path: 'pipe' })).toContain('is no regular file')
    expect(await files.call('write_file', { path: 'pipe', content: 'x' })).toContain('is no regular file')
  })

  test('is named by a path, however it is written', () => {
    const part = fc.constantFrom('..', '.', '', 'a', '...', '/', 'w', ' ', '..a')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        let inside: readonly string[] = []
        try {
          inside = partsInside('/w', parts.join('/'))
        } catch {
          return
        }
        expect(inside).not.toContain('..')
        expect(inside.every((each) => each !== '' && each !== '.' && !each.includes('/'))).toBe(true)
      }),
    )
  })
})

test('a file that is linked to once more is one file: what is written to it is read there', async () => {
  await using files = await setup()
  await files.call('write_file', { path: 'a', content: 'old' })
  await link(join(files.workspace, 'a'), join(files.workspace, 'b'))
  await files.call('write_file', { path: 'a', content: 'new' })
  expect(await files.call('read_file', { path: 'b' })).toBe('1\tnew')
})
