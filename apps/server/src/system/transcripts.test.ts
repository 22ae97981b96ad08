import { appendFile, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTranscripts, type Transcripts } from './transcripts.ts'

let folder: string
let now: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentic-transcripts-'))
  now = Date.now()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function setup(keepCount?: number): Transcripts {
  return createTranscripts({
    folderOf: (agentId) => join(folder, agentId),
    keepMs: 60_000,
    keepCount,
    clock: () => now,
  })
}

async function write(transcripts: Transcripts, runId: string, ...lines: readonly string[]): Promise<void> {
  const writer = transcripts.open('shop', runId)
  for (const line of lines) writer.append(line)
  await writer.close()
}

async function textOf(transcripts: Transcripts, agentId: string, runId: string): Promise<string | undefined> {
  const stream = await transcripts.read(agentId, runId)
  return stream === undefined ? undefined : new Response(stream).text()
}

/** How many files of the folder this process has open. */
async function openFiles(): Promise<number> {
  const names = await readdir('/proc/self/fd')
  const targets = await Promise.all(names.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')))
  return targets.filter((target) => target.startsWith(folder)).length
}

describe('a transcript', () => {
  // An answer to HEAD, or to somebody who had left, once kept its file open until the memory was tidied.
  test('is open only while it is read', async () => {
    const transcripts = setup()
    await write(transcripts, 'run', 'x'.repeat(1_000_000))
    const [unread, left, read] = await Promise.all([1, 2, 3].map(() => transcripts.read('shop', 'run')))
    expect(await openFiles()).toBe(0)
    const reader = left?.getReader()
    await reader?.read()
    expect(await openFiles()).toBe(1)
    await reader?.cancel()
    await new Response(read).text()
    expect(await openFiles()).toBe(0)
    await unread?.cancel()
  })

  test('is read as it was written, line by line, over more than one time', async () => {
    const transcripts = setup()
    await write(transcripts, 'run', '{"a":1}', '{"b":"ü"}')
    await write(transcripts, 'run', '{"c":3}')
    expect(await textOf(transcripts, 'shop', 'run')).toBe('{"a":1}\n{"b":"ü"}\n{"c":3}\n')
  })

  test('can be read while it is written', async () => {
    const transcripts = setup()
    const writer = transcripts.open('shop', 'run')
    await expect.poll(() => textOf(transcripts, 'shop', 'run'), { interval: 1 }).toBe('')
    writer.append('{}')
    await writer.close()
    expect(await textOf(transcripts, 'shop', 'run')).toBe('{}\n')
  })

  test('is read by its whole lines: the last one may have been cut by a crash', async () => {
    const transcripts = setup()
    await write(transcripts, 'run', '{"a":1}')
    await appendFile(join(folder, 'shop', 'run.jsonl'), '{"b"')
    expect(await transcripts.lines('shop', 'run')).toEqual(['{"a":1}'])
    expect(await transcripts.lines('shop', 'other')).toBeUndefined()
  })

  test('that cannot be written says so when it is closed', async () => {
    const transcripts = createTranscripts({ folderOf: () => '/dev/null/no', keepMs: 1 })
    const writer = transcripts.open('shop', 'run')
    writer.append('{}')
    await expect(writer.close()).rejects.toThrow(/ENOTDIR/)
  })

  test('of another run, or of another agent, is not there', async () => {
    const transcripts = setup()
    await write(transcripts, 'run', '{}')
    expect(await textOf(transcripts, 'shop', 'other')).toBeUndefined()
    expect(await textOf(transcripts, 'other', 'run')).toBeUndefined()
  })

  test('is for the server’s user alone', async () => {
    await write(setup(), 'run', '{}')
    expect((await stat(join(folder, 'shop'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'shop', 'run.jsonl'))).mode & 0o777).toBe(0o600)
  })

  test('is dropped when it is old, or when there are too many', async () => {
    await write(setup(), 'old', '{}')
    now += 120_000
    await write(setup(), 'new', '{}')
    expect(await readdir(join(folder, 'shop'))).toEqual(['new.jsonl'])
    now -= 120_000
    for (const runId of ['a', 'b', 'c']) await write(setup(2), runId, '{}')
    expect((await readdir(join(folder, 'shop'))).length).toBe(2)
    expect(await textOf(setup(), 'shop', 'c')).toBe('{}\n')
  })
})
