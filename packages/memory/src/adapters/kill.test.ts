import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openLevelStore } from '@agentic/embedded-store/level'
import { expect, test } from 'vitest'
import { assertConsistent } from '../../test/assert-consistent.ts'
import { createEmbeddedMemoryStore, maintainAgent } from '../index.ts'

const CHILD = fileURLToPath(new URL('../../test/kill-child.ts', import.meta.url))
/** After how many acknowledgements each process is killed: early, in full work, and in between. */
const ROUNDS = [1, 30, 7, 80, 3, 50]

/** Runs a process until it has acknowledged so much, kills it, and gives every line that it printed. */
async function workUntilKilled(folder: string, round: number, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=@agentic/source', CHILD, folder, `${round}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) === acknowledgements) child.kill('SIGKILL')
  }
  expect(await closed).toEqual([null, 'SIGKILL'])
  return lines
}

test('P19 a kill -9 at any moment loses nothing acknowledged, and leaves every index whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-memory-kill-'))
  const acknowledged = new Map<string, string>()
  for (const [round, acknowledgements] of ROUNDS.entries()) {
    for (const line of await workUntilKilled(folder, round, acknowledgements)) {
      const [word = '', id = ''] = line.split(' ')
      if (word !== 'maintained') acknowledged.set(id, word)
    }
    await using embedded = await openLevelStore(folder)
    await assertConsistent(embedded)
    const store = createEmbeddedMemoryStore(embedded)
    for (const [id, word] of acknowledged) {
      const memory = await store.get(id, { deleted: true })
      const isKept = {
        saved: memory !== undefined,
        updated: memory?.importance === 0.9,
        deleted: memory?.deletion?.type === 'requested',
      }
      expect({ id, word, isKept: isKept[word as keyof typeof isKept] }).toEqual({ id, word, isKept: true })
    }
    for (const agentId of ['agent-0', 'agent-1']) {
      await maintainAgent(store, agentId)
      expect(await maintainAgent(store, agentId)).toMatchObject({ merged: 0, pruned: 0, skipped: 0 })
    }
  }
  await rm(folder, { recursive: true })
})
