import { createBudget, systemClock, type WorkerOutcome } from '@agentic/worker-outcome'
import type { ModelMessage } from 'ai'
import { WorkerError } from '../errors.ts'
import type { RunContext } from '../run-context.ts'
import type { AgentSpec } from './agent-spec.ts'
import { type AgentOptions, DEFAULT_AGENT_LIMITS, type OpenTools } from './agent-options.ts'
import { runAgentLoop } from './agent-loop.ts'
import { type AgentPlan, planOf } from './agent-plan.ts'
import { openAgentTools } from './agent-tools.ts'
import { createConversation, messagesOf } from './conversation.ts'
import { type CallableModel, openModel } from './model-provider.ts'
import { createResultTool, type SubmittedResult } from './result-tool.ts'
import { systemPromptOf } from './system-prompt.ts'
import { createRunTelemetry } from './telemetry.ts'
import { pause, untilStopped } from './until-stopped.ts'

const DEFAULT_CONTEXT_TOKENS = 128_000

/** Does an `agent` run: a language model in a loop over tools. */
export async function runAgent(spec: AgentSpec, host: AgentOptions, run: RunContext): Promise<WorkerOutcome> {
  const { job, control, seam, transcript } = run
  const plan = planOf(spec, job.agentSettings, host)
  const model = await untilStopped(control.signal, modelOf(plan, host, run))
  const limits = { ...DEFAULT_AGENT_LIMITS, ...host.limits }
  const contextTokens = plan.model.contextTokens ?? DEFAULT_CONTEXT_TOKENS
  const telemetry = createRunTelemetry(host.telemetry, seam.scrub)
  const said = {}
  const submitted: SubmittedResult = {}
  const env = { ...run.env }
  await using tools = await toolsOf(spec, plan, host, run, { said, submitted, env })
  const instructions = systemPromptOf({
    own: plan.system,
    note: job.note,
    tools: tools.tools,
    secretNames: Object.keys(run.env),
    hasOutputSchema: spec.outputSchema !== undefined,
  })
  transcript.append('model', { provider: plan.model.provider, model: plan.model.model })
  transcript.append('system', { text: instructions })
  const latestOnly = new Set(tools.tools.flatMap(({ name, isLatestOnly }) => (isLatestOnly === true ? [name] : [])))
  const conversation = createConversation({ contextTokens, transcript, latestOnly })
  for (const message of firstMessagesOf(spec, run)) conversation.add(message)
  return await telemetry.span(
    'invoke_agent',
    job.agentId,
    {
      'gen_ai.agent.id': job.agentId,
      'gen_ai.conversation.id': job.taskId,
      'gen_ai.provider.name': plan.model.provider,
      'gen_ai.request.model': plan.model.model,
    },
    () =>
      runAgentLoop({
        run,
        model,
        settings: plan.model,
        instructions,
        conversation,
        tools: tools.tools,
        budget: createBudget(plan.budget),
        // A result must not fill the whole context: a quarter of it, at four characters a token.
        limits: { ...limits, toolResultLength: Math.min(limits.toolResultLength, contextTokens) },
        said,
        submitted,
        outputSchema: spec.outputSchema,
        answers: job.resumeFrom?.answers ?? {},
        telemetry,
        clock: systemClock,
      }),
  )
}

/** Opens the model with its key. From then on the key is taken out of all that the run says. */
async function modelOf({ model }: AgentPlan, host: AgentOptions, run: RunContext): Promise<CallableModel> {
  const { apiKeySecret: name } = model
  let apiKey: string | undefined
  if (name !== undefined) {
    if (host.resolveSystemSecret === undefined) {
      throw new WorkerError(
        'MODEL_KEY_MISSING',
        `model.apiKeySecret: this server has no system secrets to take ${name} from`,
      )
    }
    apiKey = await host.resolveSystemSecret(name)
    run.seam.learn({ name, value: apiKey })
  }
  return await openModel(model, { apiKey, fetch: host.modelFetch })
}

async function toolsOf(
  spec: AgentSpec,
  plan: AgentPlan,
  host: AgentOptions,
  run: RunContext,
  state: {
    readonly said: { text?: string }
    readonly submitted: SubmittedResult
    readonly env: Record<string, string>
  },
) {
  const own = spec.outputSchema === undefined ? [] : [createResultTool(spec.outputSchema, state.submitted)]
  const network = spec.network ?? run.job.network ?? 'none'
  const opened = await untilStopped(
    run.control.killSignal,
    openAgentTools(run, { plan, host, network, said: state.said, own, env: state.env }),
  )
  return { tools: opened.tools, [Symbol.asyncDispose]: () => closeInTime(opened, run) }
}

/** What does not close in a grace is left to its kill signal: how the run ended does not change by it. */
async function closeInTime(opened: OpenTools, { control, graceMs }: RunContext): Promise<void> {
  const closing = opened.close().catch(() => undefined)
  await Promise.race([closing, pause(graceMs, control.killSignal, systemClock).catch(() => undefined)])
}

/** The task, or what was said about it in a run that was interrupted. */
function firstMessagesOf(spec: AgentSpec, { job }: RunContext): readonly ModelMessage[] {
  const earlier = messagesOf(job.resumeFrom?.transcript ?? [])
  return earlier.length > 0 ? earlier : [{ role: 'user', content: taskOf(spec, job) }]
}

function taskOf({ prompt }: AgentSpec, { title, input }: RunContext['job']): string {
  const parts = [
    title === '' ? '' : `# ${title}`,
    prompt,
    input === undefined ? '' : `Input, as JSON:\n${JSON.stringify(input)}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}
