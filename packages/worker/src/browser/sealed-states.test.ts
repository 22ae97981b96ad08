import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSealedStates } from './sealed-states.ts'

const key = new Uint8Array(32).fill(7)
let folder: string
beforeEach(async () => void (folder = join(await mkdtemp(join(tmpdir(), 'sealed-states-')), 'states')))
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const onlyFile = async (): Promise<string> => join(folder, (await readdir(folder))[0] ?? '')

test('what was kept last is given back, and to its agent alone', async () => {
  const states = createSealedStates({ folder, key })
  expect(await states.load('a')).toBeUndefined()
  await states.save('a', 'old')
  await states.save('a', 'new')
  await states.save('../b', 'of b')
  expect([await states.load('a'), await states.load('../b'), await states.load('c')]).toEqual([
    'new',
    'of b',
    undefined,
  ])
  await states.delete('a')
  expect(await states.load('a')).toBeUndefined()
})

test('nothing of it can be read from the file, and none but its owner may try', async () => {
  await createSealedStates({ folder, key }).save('agent-1', 'session=abc')
  const path = await onlyFile()
  expect((await readFile(path)).toString('latin1')).not.toMatch(/session|agent-1/)
  expect(path).not.toContain('agent-1')
  expect([(await stat(path)).mode & 0o777, (await stat(folder)).mode & 0o777]).toEqual([0o600, 0o700])
})

describe('P5 a state is refused', () => {
  test('with another key', async () => {
    await createSealedStates({ folder, key }).save('a', 'x')
    const other = createSealedStates({ folder, key: new Uint8Array(32).fill(8) })
    await expect(other.load('a')).rejects.toMatchObject({ code: 'STORAGE_STATE_INVALID' })
  })

  test('of another agent, moved', async () => {
    const states = createSealedStates({ folder, key })
    await states.save('a', 'x')
    const ofA = await onlyFile()
    await states.save('b', 'y')
    const ofB = (await readdir(folder)).map((name) => join(folder, name)).find((path) => path !== ofA) ?? ''
    await rename(ofA, ofB)
    await expect(states.load('b')).rejects.toMatchObject({ code: 'STORAGE_STATE_INVALID' })
  })

  test.for([0, 5, 20, 29])('with byte %i changed, and when cut there', async (index) => {
    const states = createSealedStates({ folder, key })
    await states.save('a', 'some state')
    const path = await onlyFile()
    const sealed = await readFile(path)
    await writeFile(path, sealed.with(index, (sealed[index] ?? 0) ^ 1))
    await expect(states.load('a')).rejects.toMatchObject({ code: 'STORAGE_STATE_INVALID' })
    await writeFile(path, sealed.subarray(0, index))
    await expect(states.load('a')).rejects.toMatchObject({ code: 'STORAGE_STATE_INVALID' })
  })
})

test('P20 a key of another length is refused', () => {
  expect(() => createSealedStates({ folder, key: new Uint8Array(16) })).toThrow('key: must have 32 bytes, not 16')
})
