import type { Backend } from '../backend.ts'
import { AGENT_IDS, fingerprint } from '../credentials.ts'
import { createMarker, processesWith } from '../processes.ts'
import { sandboxBackend } from '../sandbox-backend.ts'
import type { Stage } from '../stage.ts'
import { giveTask, runEnds, runsOf, tasksOf } from '../tasks.ts'
import { eventually } from '../waiting.ts'

/** Kills the server while a command runs, and starts it again on the same folder. */
export async function killServer({ checks, backend, credentials }: Stage): Promise<void> {
  const marker = createMarker()
  // The first attempt leaves a file behind and never ends; the next one finds it.
  const shell = `[ -e begun ] || { touch begun; sleep ${marker}; }; printf %s "$GH_TOKEN" | sha256sum | cut -d ' ' -f 1`
  const taskId = await giveTask(backend, 'acme', { title: 'Survive a crash', worker: { type: 'command', shell } })
  await eventually('the command that is to be interrupted', async () => (await processesWith(marker)).length > 0)
  const before = await readAll(backend, taskId)
  const containment = await sandboxBackend(backend)

  const ending = await backend.kill()
  checks.check('the server is killed in the middle of a run', ending, { code: null, signal: 'SIGKILL' })
  const isGone = async (): Promise<boolean> => (await processesWith(marker)).length === 0
  if (containment === 'env-only') {
    checks.note('nothing contains commands here, so the tour itself ends the one that is left')
    await endAll(marker)
    await eventually('the end of the command', isGone)
  } else {
    await eventually('the end of the command that the killed server ran', isGone)
    checks.check('the command that it ran is gone with it', await isGone(), true)
  }

  await backend.start()
  checks.check('a new one on the same folder has everything', await readAll(backend, taskId), before)
  await runEnds(backend, taskId, 1)
  checks.check('the lost run was closed by itself', (await runsOf(backend, taskId))[0], {
    number: 1,
    status: 'ended',
    outcome: { type: 'failed', code: 'RUN_LOST' },
  })
  checks.note('the task is tried again 5 s after the lost run')
  const task = await runEnds(backend, taskId, 2)
  checks.check('the task was taken up again by itself', task, {
    status: 'done',
    attempts: 2,
    outcome: { type: 'success' },
  })
  checks.check('with the token that acme had before', task.outcome?.result, `${fingerprint(credentials.tokens.acme)}\n`)
  const ids = backend.events.map(({ id }) => Number(id))
  checks.check(
    'events went on where they had stopped, each once',
    ids,
    [...new Set(ids)].toSorted((a, b) => a - b),
  )
}

/** All that was acknowledged, but the task that is in the middle of a run, of which only that it is there. */
async function readAll(backend: Backend, runningTaskId: string): Promise<object> {
  const paths = AGENT_IDS.flatMap((id) => [`/api/agents/${id}`, `/api/agents/${id}/secrets`, `/api/agents/${id}/cron`])
  const answers = await Promise.all([...paths, '/api/secrets', '/api/escalations'].map((path) => backend.get(path)))
  const tasks = await tasksOf(backend, AGENT_IDS)
  return {
    tasks: tasks.map((task) => (task.id === runningTaskId ? { id: task.id } : task)),
    rest: answers.map(({ body }) => body),
  }
}

async function endAll(marker: string): Promise<void> {
  for (const id of await processesWith(marker)) process.kill(id, 'SIGKILL')
}
