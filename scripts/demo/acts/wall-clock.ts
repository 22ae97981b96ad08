import { where } from '../checks.ts'
import { createMarker, processesWith } from '../processes.ts'
import type { Stage } from '../stage.ts'
import { giveTask, runEnds } from '../tasks.ts'
import { eventually } from '../waiting.ts'

/** A command that is deaf to SIGTERM, and whose child is, gets a second. */
export async function outliveWallClock({ checks, backend }: Stage): Promise<void> {
  const marker = createMarker()
  const shell = `trap '' TERM; sleep ${marker} & echo started; wait; sleep ${marker}`
  const taskId = await giveTask(backend, 'globex', {
    title: 'Sleep for years',
    worker: { type: 'command', shell },
    wallClockSecs: 1,
  })
  await eventually('the child of the command', async () => (await processesWith(marker)).length > 0)
  const task = await runEnds(backend, taskId)
  checks.check('it ends as a timeout, with what it had said', task, {
    status: 'failed',
    outcome: {
      type: 'timeout',
      limit: 'wall-clock',
      elapsedSecs: where('at least 1 and less than 3', (secs) => typeof secs === 'number' && secs >= 1 && secs < 3),
      partialResult: 'started\n',
    },
  })
  checks.check('its children are gone', await processesWith(marker), [])
  checks.check('it is not tried again by itself', task.attempts, 1)
}
