import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
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
  const writer = await transcripts.open('shop', runId)
  for (const line of lines) writer.append(line)
  await writer.close()
}

async function textOf(transcripts: Transcripts, agentId: string, runId: string): Promise<string | undefined> {
  const stream = await transcripts.read(agentId, runId)
  return stream === undefined ? undefined : new Response(stream).text()
}

describe('a transcript', () => {
  test('is read as it was written, line by line, over more than one time', async () => {
    const transcripts = setup()
    await write(transcripts, 'run', '{"a":1}', '{"b":"ü"}')
    await write(transcripts, 'run', '{"c":3}')
    expect(await textOf(transcripts, 'shop', 'run')).toBe('{"a":1}\n{"b":"ü"}\n{"c":3}\n')
  })

  test('can be read while it is written', async () => {
    const transcripts = setup()
    const writer = await transcripts.open('shop', 'run')
    expect(await textOf(transcripts, 'shop', 'run')).toBe('')
    writer.append('{}')
    await writer.close()
    expect(await textOf(transcripts, 'shop', 'run')).toBe('{}\n')
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
