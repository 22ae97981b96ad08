import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../test/support.ts'
import { openWorkspace } from './workspace.ts'

const denial = expect.objectContaining({ code: 'SANDBOX_WORKSPACE_DENIED' }) as Error

test('makes what is missing with mode 0700 and returns the real path', async () => {
  await using folder = await testFolder()
  await mkdir(join(folder.path, 'real'))
  await symlink(join(folder.path, 'real'), join(folder.path, 'link'))
  expect(await openWorkspace(join(folder.path, 'link', 'agent'), [])).toBe(join(folder.path, 'real', 'agent'))
  expect((await stat(join(folder.path, 'real', 'agent'))).mode & 0o777).toBe(0o700)
})

test.for([
  ['is a denied path', 'store'],
  ['holds one', '.'],
  ['is a link to one', 'link'],
  ['climbs back to one', 'other/../store'],
])('P1 refuses a workspace that %s, and makes nothing', async ([, workspace = '']) => {
  await using folder = await testFolder()
  await mkdir(join(folder.path, 'store'))
  await symlink(join(folder.path, 'store'), join(folder.path, 'link'))
  await expect(openWorkspace(`${folder.path}/${workspace}`, [join(folder.path, 'store')])).rejects.toThrow(denial)
  await expect(stat(join(folder.path, 'store', 'a'))).rejects.toThrow('ENOENT')
})

test('lets a workspace lie in a denied path', async () => {
  await using folder = await testFolder()
  const workspace = join(folder.path, 'agents', 'a')
  expect(await openWorkspace(workspace, [join(folder.path, 'agents')])).toBe(workspace)
})

test('P1 refuses a workspace around a denied path that is a link or not there yet', async () => {
  await using folder = await testFolder()
  await mkdir(join(folder.path, 'data', 'store'), { recursive: true })
  await symlink(join(folder.path, 'data', 'store'), join(folder.path, 'link'))
  await expect(openWorkspace(join(folder.path, 'data'), [join(folder.path, 'link')])).rejects.toThrow(denial)
  await expect(openWorkspace(join(folder.path, 'later'), [join(folder.path, 'later', 'store')])).rejects.toThrow(denial)
})

test.for(['/', '/usr', '/tmp', '/etc/agent', '/proc/self', '/dev/shm/agent', homedir(), 'relative', '', '/a\0b'])(
  'P20 refuses %j as a workspace',
  async (path) => {
    await expect(openWorkspace(path, [])).rejects.toThrow(denial)
  },
)

test('P20 refuses a file, and a folder that cannot be made', async () => {
  await using folder = await testFolder()
  await writeFile(join(folder.path, 'file'), '')
  await expect(openWorkspace(join(folder.path, 'file'), [])).rejects.toThrow(denial)
  await expect(openWorkspace(join(folder.path, 'file', 'below'), [])).rejects.toThrow(denial)
})
