import { execFile, spawn } from 'node:child_process'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startScript } from './start-script.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "it's-a-test-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function scriptOf(executablePath: string): Promise<string> {
  const path = join(folder, 'start')
  await writeFile(path, startScript('/bin/bash', executablePath, folder), { mode: 0o700 })
  return path
}

test("P1 Chromium inherits Playwright's five descriptors and no other", async () => {
  const database = await open(join(folder, 'database'), 'w')
  const leaked = Array.from({ length: 20 }, () => database.fd)
  const child = spawn(await scriptOf('/bin/ls'), ['/proc/self/fd'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe', ...leaked],
  })
  const listed = await text(child.stdout!)
  await database.close()
  // The last one is of the folder that is being listed.
  expect(listed.trim().split('\n')).toEqual(['0', '1', '2', '3', '4', '5'])
})

test('keeps its arguments as they are, and says its process id before anything else', async () => {
  const script = await scriptOf('/bin/echo')
  const running = promisify(execFile)(script, ["it's", '$HOME', ' a  b'])
  expect((await running).stdout).toBe("it's $HOME  a  b\n")
  expect(Number(await readFile(join(folder, 'pid'), 'utf8'))).toBe(running.child.pid)
})
