import * as v from 'valibot'
import type { AgentOptions } from '../agent/agent-options.ts'
import { untilStopped } from '../agent/until-stopped.ts'
import type { RunContext } from '../run-context.ts'
import type { RunInfo } from '../worker.ts'
import { defineTool, type RunTool } from './run-tool.ts'

const text = v.pipe(v.string(), v.minLength(1))

/** Name and text by which the model says what it has arrived at, before it says nothing more. */
export interface SaidOutcome {
  text?: string
}

/** The tools that reach beyond the workspace, each offered only where the host gives its port. */
export function createPortTools(
  run: RunContext,
  host: AgentOptions,
  said: SaidOutcome,
  addToEnv: (name: string, value: string) => void,
): RunTool[] {
  const info: RunInfo = { agentId: run.job.agentId, taskId: run.job.taskId, runId: run.job.runId }
  return [
    statusTool(run, said),
    ...(host.ask === undefined ? [] : [askTool(run, host.ask, info)]),
    ...(host.keepSecret === undefined ? [] : [secretTool(host.keepSecret, info, addToEnv)]),
    ...(host.memory === undefined ? [] : memoryTools(host.memory, info)),
    ...(host.sendMessage === undefined ? [] : [messageTool(host.sendMessage, info)]),
    ...(host.createTask === undefined ? [] : [taskTool(host.createTask, info)]),
  ]
}

function statusTool(run: RunContext, said: SaidOutcome): RunTool {
  return defineTool({
    name: 'set_status',
    description:
      'Says to those who watch what you are at. With kind "outcome" it says what you have arrived at: it is kept as the result if you say nothing more.',
    input: v.strictObject({ status: text, kind: v.optional(v.picklist(['progress', 'outcome'])) }),
    async execute({ status, kind = 'progress' }) {
      run.report({ type: 'status', status })
      run.transcript.append('status', { status, kind })
      if (kind === 'outcome') {
        said.text = status
        run.control.setPartialResult(status)
      }
      return 'ok'
    },
  })
}

/** Name of the tool whose call is waited for over a restart. */
export const ASK_TOOL = 'ask'

function askTool(run: RunContext, ask: NonNullable<AgentOptions['ask']>, info: RunInfo): RunTool {
  const { control, report, transcript } = run
  return defineTool({
    name: ASK_TOOL,
    description:
      'Asks a person and waits for the answer, which may take days. Only for what you cannot find out or decide yourself.',
    input: v.strictObject({ question: text }),
    async execute({ question }, { callId: questionId, scrub }) {
      report({ type: 'question', questionId, question })
      transcript.append('question', { questionId, question })
      const asked = ask({ questionId, question: scrub(question) }, { ...info, signal: control.signal })
      // The wait itself ends with the run, whether or not the port obeys.
      const answer = await control.waitForInput(untilStopped(control.signal, asked))
      report({ type: 'answer', questionId, answer })
      transcript.append('answer', { questionId, answer })
      return answer
    },
  })
}

/** Name of the tool whose input is a secret: it is hidden before anything of the call is written. */
export const SECRET_TOOL = 'secret_set'

function secretTool(
  keep: NonNullable<AgentOptions['keepSecret']>,
  info: RunInfo,
  addToEnv: (name: string, value: string) => void,
): RunTool {
  return defineTool({
    name: SECRET_TOOL,
    description:
      'Keeps a secret that you were given or made, such as a password or an API key, for this agent. It is then $NAME in the shell, here and in later runs.',
    input: v.strictObject({
      name: v.pipe(
        v.string(),
        v.trim(),
        v.toUpperCase(),
        v.regex(/^[A-Z][A-Z0-9_]*$/, 'must be letters, digits and _'),
      ),
      value: text,
    }),
    async execute({ name, value }) {
      const kept = await keep({ name, value }, info)
      addToEnv(name, value)
      return `${kept}: it is $${name} now`
    },
  })
}

function memoryTools(memory: NonNullable<AgentOptions['memory']>, info: RunInfo): RunTool[] {
  return [
    defineTool({
      name: 'memory_search',
      description: 'Finds what this agent remembers, best first.',
      input: v.strictObject({
        query: text,
        limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50))),
      }),
      execute: ({ query, limit = 10 }) => memory.search(query, { limit }, info),
    }),
    defineTool({
      name: 'memory_save',
      description:
        'Remembers something for later runs: one fact, in a sentence that stands for itself. Never a secret.',
      input: v.strictObject({ text }),
      execute: ({ text }, { scrub }) => memory.save({ text: scrub(text) }, info),
    }),
  ]
}

function messageTool(send: NonNullable<AgentOptions['sendMessage']>, info: RunInfo): RunTool {
  return defineTool({
    name: 'send_agent_message',
    description: 'Hands work to another agent that this one is linked to. There is no answer within this run.',
    input: v.strictObject({ to: text, message: text }),
    execute: ({ to, message }, { scrub }) => send({ to, message: scrub(message) }, info),
  })
}

function taskTool(create: NonNullable<AgentOptions['createTask']>, info: RunInfo): RunTool {
  return defineTool({
    name: 'create_task',
    description: 'Makes a task for this agent, to be done in a run of its own, now or later.',
    input: v.strictObject({
      title: text,
      prompt: v.pipe(text, v.description('All that whoever does it needs to know')),
      notBefore: v.optional(
        v.pipe(v.string(), v.isoTimestamp(), v.description('Not earlier than this, as 2026-01-31T09:00:00Z')),
      ),
    }),
    execute: ({ title, prompt, notBefore }, { scrub }) =>
      create({ title: scrub(title), prompt: scrub(prompt), notBefore }, info),
  })
}
