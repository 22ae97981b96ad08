import type { Stage } from '../stage.ts'
import { runEnds } from '../tasks.ts'
import type { FiringView, JobView, Page } from '../views.ts'

/** A cron job is fired by hand, its schedule untouched. */
export async function fireCronJob({ checks, backend }: Stage): Promise<void> {
  const job = await backend.post<JobView>('/api/agents/globex/cron', {
    name: 'New year’s report',
    schedule: { cron: '0 9 1 1 *', timeZone: 'Europe/Paris' },
    task: { title: 'Write the report', worker: { type: 'command', shell: 'echo written' } },
    timeoutSecs: 20,
  })
  checks.check('globex has a job for every new year', job, { status: 201, body: { enabled: true, timeoutSecs: 20 } })
  const firing = await backend.post<FiringView>(`/api/cron/${job.body.id}/run`)
  checks.check('it is fired now', firing, { status: 202, body: { trigger: 'manual', timeoutSource: 'job' } })

  const made = await backend.event(
    'the task of the firing',
    ({ type, data }) => type === 'task-created' && data.task?.lineage?.source === `cron:${firing.body.id}`,
  )
  const task = await runEnds(backend, made.data.task?.id ?? '')
  checks.check('the firing made a task, which is done', task, {
    agentId: 'globex',
    status: 'done',
    outcome: { type: 'success', result: 'written\n' },
    wallClockSecs: 20,
  })
  await backend.event(
    'the end of the firing',
    ({ type, data }) => type === 'firing-finished' && data.firing?.id === firing.body.id,
  )
  const firings = await backend.get<Page<FiringView>>(`/api/cron/${job.body.id}/firings`)
  checks.check('the firing is kept as succeeded', firings.body.items, [{ id: firing.body.id, status: 'succeeded' }])
}
