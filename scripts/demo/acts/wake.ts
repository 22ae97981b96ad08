import type { Backend } from '../backend.ts'
import type { Stage } from '../stage.ts'
import { giveTask, runEnds, runStarts } from '../tasks.ts'
import { eventually } from '../waiting.ts'

/** Rings a sleeping agent, and one that is up. */
export async function ringAgents({ checks, backend }: Stage): Promise<void> {
  await asleep(backend)
  checks.check('nobody is up: no agent runs loops, none waits', await agentsUp(backend), { active: 0, up: 0 })
  const first = await backend.post('/api/agents/acme/wake', { reason: 'a guest wrote', payload: { guest: 7 } })
  checks.check('a ring of the sleeping acme is taken', first, { status: 202, body: { status: 'queued' } })
  await asleep(backend)
  checks.check('with nothing to do, acme sleeps again', await agentsUp(backend), { active: 0, up: 0 })

  const worker = { type: 'command', shell: 'sleep 1; echo counted' }
  const taskId = await giveTask(backend, 'acme', { title: 'Count the stock', worker })
  await runStarts(backend, taskId)
  checks.check('a task got acme up', await agentsUp(backend), { active: 0, up: 1 })
  const second = await backend.post('/api/agents/acme/wake', { reason: 'a guest wrote again' })
  checks.check('a ring while it works is kept for afterwards', second, { status: 202, body: { status: 'queued' } })
  const third = await backend.post('/api/agents/acme/wake', { reason: 'and once more' })
  checks.check('the next one joins it', third, { status: 202, body: { status: 'coalesced' } })
  const task = await runEnds(backend, taskId)
  checks.check('the work was not disturbed', task, { status: 'done', outcome: { result: 'counted\n' }, attempts: 1 })
  await asleep(backend)
  checks.check('acme sleeps again', await agentsUp(backend), { active: 0, up: 0 })
}

/** No event tells that an agent fell asleep: a sleeping one has nothing that could. */
async function asleep(backend: Backend): Promise<void> {
  await eventually('the sleep of all agents', async () => (await agentsUp(backend)).up === 0)
}

async function agentsUp(backend: Backend): Promise<{ readonly active: number; readonly up: number }> {
  const { text } = await backend.get('/metrics')
  const value = (name: string): number => {
    const line = text.split('\n').find((each) => each.startsWith(`${name} `))
    if (line === undefined) throw new Error(`GET /metrics has no ${name}`)
    return Number(line.slice(name.length + 1))
  }
  const waiting = value('agentic_wakes{state="queued"}')
  return { active: value('agentic_agents_active'), up: waiting + value('agentic_wakes{state="running"}') }
}
