import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFailed, test } from 'vitest'
import type { Api } from '../apps/server/test/api.ts'
import {
  type ScriptedReply,
  type ScriptedRequest,
  startScriptedModelServer,
} from '../packages/worker/test/scripted-model-server.ts'
import { createRandom } from './kill-story/random.ts'
import { processesWith } from './processes.ts'
import { logLines, makeDataDir, type ServerProcess, spawnServer } from './server-process.ts'
import { modelEnv } from '../apps/server/test/model-env.ts'

const ROUNDS = Number(process.env['AGENT_KILL_ROUNDS'] ?? 2)
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

/** Where in its run a model is when its server is killed. */
const PHASES = ['beginning', 'streaming', 'tool', 'waiting', 'answered', 'settling'] as const
type Phase = (typeof PHASES)[number]

const FIRST = expect.stringContaining('one')

/** What must be found of each: how many runs were lost at least, what the first tool left, what the model was told in the end. */
const EXPECTED: Readonly<
  Record<Phase, { readonly fewestLost: number; readonly logs: readonly string[]; readonly told: unknown }>
> = {
  // It may have been cut short in its first tool, of which nobody then knows how far it came.
  beginning: {
    fewestLost: 0,
    logs: ['', 'one\n'],
    told: [expect.stringMatching(/one|interrupted/)],
  },
  streaming: { fewestLost: 1, logs: ['one\n'], told: [FIRST] },
  tool: { fewestLost: 1, logs: ['one\n'], told: [FIRST, expect.stringContaining('interrupted')] },
  waiting: { fewestLost: 1, logs: ['one\n'], told: [FIRST, 'red'] },
  // The answer may have reached it, and it its end, before it was killed.
  answered: { fewestLost: 0, logs: ['one\n'], told: [FIRST, 'blue'] },
  settling: { fewestLost: 0, logs: ['one\n'], told: [FIRST] },
}

interface Story {
  readonly phase: Phase
  readonly agentId: string
  readonly taskId: string
}

test(
  'P8 P19 a run of a language model that is killed anywhere goes on from what was said, to one outcome',
  { timeout: 60_000 + ROUNDS * 60_000 },
  async () => {
    onTestFailed(() => void process.stderr.write(`repeat with KILL_SEED=${SEED} AGENT_KILL_ROUNDS=${ROUNDS}\n`))
    await using folder = await makeDataDir()
    const random = createRandom(SEED)
    const marker = randomUUID()
    const gates = new Map<string, PromiseWithResolvers<void>>()
    await using model = await startScriptedModelServer((request) => replyTo(request, marker, gates))
    const start = (): ServerProcess => spawnServer({ dataDir: folder.path, env: modelEnv(model) })

    for (let round = 0; round < ROUNDS; round++) {
      const stories: Story[] = []
      await using server = start()
      const api = await server.api
      for (const phase of PHASES) if (phase !== 'beginning') stories.push(await give(api, round, phase))
      const inPhase = (phase: Phase): Story => stories.find((story) => story.phase === phase) as Story
      const requests = (phase: Phase): ScriptedRequest[] => of(model.requests, inPhase(phase).agentId)
      await expect.poll(() => requests('streaming').length, { timeout: 20_000 }).toBe(2)
      await expect.poll(() => requests('settling').length, { timeout: 20_000 }).toBe(2)
      for (const phase of ['waiting', 'answered'] as const) await isAsked(api, inPhase(phase))
      await expect.poll(() => processesWith(marker), { timeout: 20_000 }).not.toEqual([])

      // The moments, all at once: one run begins, one ends, one is answered.
      stories.push(await give(api, round, 'beginning'))
      gates.get(inPhase('settling').agentId)?.resolve()
      const { taskId } = inPhase('answered')
      expect((await api.post(`/api/tasks/${taskId}/answer`, { answer: 'blue' })).status).toBe(200)
      await delay(random.next() * 10)
      await kill(server, marker)

      if (round % 2 === 1) await killWhenTakenUp(start(), stories, model.requests, marker)
      await using second = start()
      const later = await second.api
      const { body } = await later.get('/api/escalations')
      expect(body.items.map((item: { taskId: string }) => item.taskId)).toEqual([inPhase('waiting').taskId])
      expect(body.items[0]).toMatchObject({ type: 'question', question: { text: 'Red or blue?' } })
      const answer = { answer: 'red', questionId: body.items[0].question.id }
      expect((await later.post(`/api/tasks/${inPhase('waiting').taskId}/answer`, answer)).status).toBe(200)
      expect((await later.post(`/api/tasks/${inPhase('waiting').taskId}/answer`, answer)).status).toBe(409)
      for (const story of stories) await audit(later, story, of(model.requests, story.agentId), folder.path)
      expect((await later.get('/api/escalations')).body.items).toEqual([])
      expect(unusual(second)).toEqual([])
      await kill(second, marker)
    }
  },
)

async function give(api: Api, round: number, phase: Phase): Promise<Story> {
  const agentId = `${phase}-${round}`
  expect((await api.post('/api/agents', { id: agentId })).status).toBe(201)
  const worker = { type: 'agent', prompt: `I am <${agentId}>.` }
  const { status, body } = await api.post(`/api/agents/${agentId}/tasks`, { title: 'x', worker, maxAttempts: 100 })
  expect(status).toBe(201)
  return { phase, agentId, taskId: body.id }
}

/** A model without a memory: what it says depends on what was said, and on whether its server is to be killed now. */
function replyTo(
  request: ScriptedRequest,
  marker: string,
  gates: Map<string, PromiseWithResolvers<void>>,
): ScriptedReply {
  const agentId = agentOf(request)
  const [phase] = agentId.split('-') as [Phase]
  const turns = request.messages.filter(({ role }) => role === 'assistant').length
  if (turns === 0) return { text: 'First.', calls: [{ name: 'shell', input: { command: 'echo one | tee -a log' } }] }
  const isKilled = gates.has(agentId)
  const gate = gates.get(agentId) ?? Promise.withResolvers<void>()
  gates.set(agentId, gate)
  if (isKilled || turns > 1) return { text: `done by ${agentId}` }
  if (phase === 'tool') return { calls: [{ name: 'shell', input: { command: `sleep 600 # ${marker}` } }] }
  if (phase === 'streaming') return { text: 'half', ending: 'hang' }
  if (phase === 'waiting' || phase === 'answered') {
    return { calls: [{ name: 'ask', input: { question: 'Red or blue?' } }] }
  }
  return { text: `done by ${agentId}`, before: () => (phase === 'settling' ? gate.promise : Promise.resolve()) }
}

function agentOf({ messages }: ScriptedRequest): string {
  return /I am <([^>]+)>/.exec(JSON.stringify(messages))?.[1] ?? ''
}

function of(requests: readonly ScriptedRequest[], agentId: string): ScriptedRequest[] {
  return requests.filter((request) => agentOf(request) === agentId)
}

async function isAsked(api: Api, { taskId }: Story): Promise<void> {
  const text = async (): Promise<unknown> => (await api.get(`/api/tasks/${taskId}`)).body.waiting?.text
  await expect.poll(text, { timeout: 20_000 }).toBe('Red or blue?')
}

/** A run that goes on is killed once more, as soon as its model is called. */
async function killWhenTakenUp(
  server: ServerProcess,
  stories: readonly Story[],
  requests: readonly ScriptedRequest[],
  marker: string,
): Promise<void> {
  await using _ended = server
  await server.api
  const { agentId } = stories.find(({ phase }) => phase === 'tool') as Story
  const before = of(requests, agentId).length
  await expect.poll(() => of(requests, agentId).length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before)
  await kill(server, marker)
}

async function kill(server: ServerProcess, marker: string): Promise<void> {
  expect(await server.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  // Only namespaces take commands along with a server that is given no time.
  for (const { id } of await processesWith(marker)) {
    try {
      process.kill(id, 'SIGKILL')
    } catch {
      // It went meanwhile.
    }
  }
}

/** What a server logged that it should have no reason to. */
function unusual(server: ServerProcess): readonly string[] {
  return logLines(server.stderr())
    .filter(({ level, msg }) => level >= 40 && !msg.startsWith('an earlier process died'))
    .map((line) => JSON.stringify(line))
}

async function audit(api: Api, story: Story, requests: readonly ScriptedRequest[], dataDir: string): Promise<void> {
  const { phase, agentId, taskId } = story
  const task = await api.taskReaches(taskId, 'done', 'failed', 'cancelled')
  expect(task).toMatchObject({ status: 'done', outcome: { type: 'success', result: `done by ${agentId}` } })

  const { body } = await api.get(`/api/tasks/${taskId}/runs`)
  const [last, ...lost] = body.items as { id: string; outcome: { type: string; code?: string } }[]
  expect(last?.outcome.type).toBe('success')
  expect(lost.map(({ outcome }) => outcome.code)).toEqual(lost.map(() => 'RUN_LOST'))
  const { fewestLost, logs, told } = EXPECTED[phase]
  expect(lost.length).toBeGreaterThanOrEqual(fewestLost)
  expect(await endedRuns(api, agentId)).toEqual(body.items.map(({ id }: { id: string }) => id).toReversed())

  // The model saw all that was said before, each call with its one result.
  const messages = requests.at(-1)?.messages ?? []
  const called = messages.flatMap((message) => (message.tool_calls ?? []).map(({ id }) => id))
  expect(messages.flatMap((message) => message.tool_call_id ?? [])).toEqual(called)
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
  const log = await readFile(join(dataDir, 'agents', agentId, 'workspace', 'log'), 'utf8').catch(() => '')
  expect(logs).toContain(log)
  expect(results).toEqual(told)
  expect((await api.get(`/api/agents/${agentId}/usage`)).body.runs).toBe(1)
}

/** The ends of runs that the stream tells, in order. */
async function endedRuns(api: Api, agentId: string): Promise<string[]> {
  const marker = `marker-${agentId}-${randomUUID()}`
  await api.post('/api/agents', { id: marker })
  const ended: string[] = []
  for await (const { type, data } of api.events(0)) {
    if (type === 'run-ended' && data.agentId === agentId) ended.push(data.data.run.id)
    if (data.agentId === marker) return ended
  }
  throw new Error('the stream ended early')
}
