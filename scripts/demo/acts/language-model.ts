import { fingerprint, leaksIn } from '../credentials.ts'
import { QUESTION } from '../model.ts'
import type { Stage } from '../stage.ts'
import { giveTask, readTask, runEnds, runsOf } from '../tasks.ts'
import type { UsageView } from '../views.ts'

/** A language model works with tools, asks a person, and goes on with the answer. */
export async function letModelWork({ checks, backend, model, credentials }: Stage): Promise<void> {
  const worker = { type: 'agent', prompt: 'Write to the guest. Ask before you send anything.' }
  const taskId = await giveTask(backend, 'acme', { title: 'Write a letter', worker })
  await backend.event(
    'the question of the model',
    ({ type, data }) => type === 'escalation-opened' && data.taskId === taskId,
  )
  checks.check('it asks, and its wall clock stands still', await readTask(backend, taskId), {
    status: 'in-progress',
    waiting: { text: QUESTION },
  })
  const answered = await backend.post(`/api/tasks/${taskId}/answer`, { answer: 'Yes, and greet him from me' })
  checks.check('a person answers', answered, { status: 200 })
  checks.check('it goes on with the answer', await runEnds(backend, taskId), {
    status: 'done',
    attempts: 1,
    outcome: { type: 'success', result: /The answer was: Yes, and greet him from me$/ },
  })

  const heard = JSON.stringify(model.requests.map(({ messages }) => messages))
  checks.check('its command had acme’s token', heard.includes(fingerprint(credentials.tokens.acme)), true)
  checks.check('the model itself was told no secret value', leaksIn(credentials, heard), [])
  const keys = new Set(model.requests.map(({ headers }) => headers.authorization))
  checks.check('its server was called with the system secret', keys.has(`Bearer ${credentials.system}`), true)
  const [run] = await runsOf(backend, taskId)
  const transcript = await backend.get(`/api/runs/${run?.id}/transcript`)
  const lines = transcript.text.trimEnd().split('\n')
  checks.check('the transcript ends with the outcome', lines.at(-1), /"type":"outcome"/)
  checks.note(`the transcript has ${lines.length} lines of JSON`)
  const { body: usage } = await backend.get<UsageView>('/api/agents/acme/usage')
  checks.check('what it used is summed up for acme', usage, { runs: 1, modelCalls: 3 })
}
