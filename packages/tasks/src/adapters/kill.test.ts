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
import { createEmbeddedTaskStore } from './embedded.ts'

const CHILD = fileURLToPath(new URL('../../test/kill-child.ts', import.meta.url))
/** After how many acknowledgements each process is killed: early, in full work, and in between. */
const ROUNDS = [1, 3, 40, 7, 90, 2, 60, 25, 120, 12]

/** Runs a process until it has acknowledged so much, kills it, and returns every line it printed. */
async function workUntilKilled(folder: string, round: number, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=@agentic/source', CHILD, folder, `${round}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length === acknowledgements) child.kill('SIGKILL')
  }
  expect(await closed).toEqual([null, 'SIGKILL'])
  return lines
}

test('P8 P19 a kill -9 at any moment loses nothing acknowledged, doubles nothing, and leaves no run open', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-tasks-kill-'))
  const created = new Set<string>()
  const claimed = new Set<string>()
  const ended = new Map<string, string>()
  for (const [round, acknowledgements] of ROUNDS.entries()) {
    for (const line of await workUntilKilled(folder, round, acknowledgements)) {
      const [word, id = '', type = ''] = line.split(' ')
      if (word === 'created') created.add(id)
      if (word === 'claimed') claimed.add(id)
      if (word !== 'ended') continue
      expect(ended.has(id), 'a run ends once').toBe(false)
      ended.set(id, type)
    }
    await using embedded = await openLevelStore(folder)
    await assertConsistent(embedded)
    const store = createEmbeddedTaskStore(embedded)
    for (const id of created) expect(await store.get(id)).toBeDefined()
    for (const id of claimed) expect(await store.getRun(id)).toBeDefined()
    for (const [id, type] of ended) expect((await store.getRun(id))?.outcome?.type).toBe(type)
  }

  await using embedded = await openLevelStore(folder)
  const store = createEmbeddedTaskStore(embedded)
  await store.reap({ all: true })
  await assertConsistent(embedded)
  for (const id of claimed) expect((await store.getRun(id))?.status).toBe('ended')
  await embedded.close()
  await rm(folder, { recursive: true })
})
