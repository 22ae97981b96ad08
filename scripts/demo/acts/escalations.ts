import type { Stage } from '../stage.ts'
import { readTask, runEnds, runsOf } from '../tasks.ts'
import type { EscalationView, Page, TaskView } from '../views.ts'

/** A person answers what the blocked pages asked. */
export async function answerEscalations({ checks, backend, site }: Stage): Promise<void> {
  const waiting = await backend.get<Page<EscalationView>>('/api/escalations')
  const blocks = waiting.body.items.map(({ block }) => block.type)
  checks.check('both blocked tasks wait for a person', blocks.toSorted(), ['captcha', 'login-wall'])
  const captcha = taskBlockedBy('captcha', waiting.body)
  const loginWall = taskBlockedBy('login-wall', waiting.body)

  site.passCaptcha()
  const answer = { action: 'retry', note: 'I passed the captcha' }
  const retried = await backend.post<TaskView>(`/api/tasks/${captcha}/resolve`, answer)
  checks.check('the captcha was passed: the task is to be tried again', retried, {
    status: 200,
    body: { status: 'ready' },
  })
  checks.check('it runs again, and succeeds', await runEnds(backend, captcha, 2), {
    status: 'done',
    outcome: { type: 'success', result: /^Rates of the day/ },
  })
  const outcomes = (await runsOf(backend, captcha)).map(({ outcome }) => outcome?.type)
  checks.check('both of its runs are kept', outcomes, ['blocked', 'success'])

  const abandoned = await backend.post(`/api/tasks/${loginWall}/resolve`, {
    action: 'abandon',
    note: 'no account there',
  })
  checks.check('the other one is given up', abandoned, { status: 200, body: { status: 'cancelled' } })
  const again = await backend.post(`/api/tasks/${loginWall}/resolve`, { action: 'retry' })
  checks.check('it cannot be answered a second time', again, { status: 409, body: { code: 'wrong-status' } })
  checks.check('it stays cancelled, with the note', await readTask(backend, loginWall), {
    status: 'cancelled',
    note: 'no account there',
  })
  const left = await backend.get<Page<EscalationView>>('/api/escalations')
  checks.check('nothing waits for a person any more', left.body.items, [])
  for (const taskId of [captcha, loginWall]) {
    await backend.event(
      `the event that the escalation of task ${taskId} was resolved`,
      ({ type, data }) => type === 'escalation-resolved' && data.taskId === taskId,
    )
  }
  checks.check(
    'events told of both answers',
    backend.events.filter(({ type }) => type === 'escalation-resolved').length,
    2,
  )
}

function taskBlockedBy(type: string, { items }: Page<EscalationView>): string {
  const escalation = items.find(({ block }) => block.type === type)
  if (escalation === undefined) throw new Error(`no escalation of type ${type} is there to be answered`)
  return escalation.taskId
}
