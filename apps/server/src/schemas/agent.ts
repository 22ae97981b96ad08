import { type Agent, agentIdSchema, agentModeSchema, agentSettingsEntries } from '@agentic/agents'
import { agentRunSettingsSchema } from '@agentic/worker'
import type { BlockReason } from '@agentic/worker-outcome'
import * as v from 'valibot'
import type { BreakerView } from '@agentic/cortex'
import { breakerView, viewBreaker } from './breaker.ts'
import { instant, toInstant } from './time.ts'

const text = v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty'))
const hosts = v.array(text, 'must be a list of hosts')
const blockTypes = [
  'captcha',
  'login-wall',
  'rate-limit',
  'fraud-detect',
  'unknown',
] as const satisfies readonly BlockReason['type'][]
const blockType = v.picklist(blockTypes, `must be one of ${blockTypes.join(', ')}`)
const pixels = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(100, 'must be at least 100'),
  v.maxValue(4_000, 'must be at most 4000'),
)

/** An agent's browser: what sites see of it, where it may go, what it keeps, and where which secret may be typed. */
export const browserSettings = v.pipe(
  v.strictObject({
    viewport: v.optional(v.strictObject({ width: pixels, height: pixels })),
    locale: v.optional(text),
    timeZone: v.optional(text),
    userAgent: v.optional(text),
    allowedHosts: v.optional(hosts),
    deniedHosts: v.optional(hosts),
    keepState: v.optional(v.boolean('must be true or false')),
    allowEvaluate: v.optional(v.boolean('must be true or false')),
    ignoreBlocks: v.optional(v.array(blockType, 'must be a list of kinds of block')),
    secretOrigins: v.optional(
      v.record(
        v.string(),
        v.array(v.pipe(v.string('must be text'), v.check(isOrigin, 'must be an origin such as https://shop.example'))),
      ),
    ),
  }),
  v.metadata({ ref: 'BrowserSettings' }),
)

export type BrowserSettings = v.InferOutput<typeof browserSettings>

const settings = v.strictObject({
  ...agentSettingsEntries,
  agent: v.optional(agentRunSettingsSchema),
  browser: v.optional(browserSettings),
})

export const agentView = v.pipe(
  v.object({
    id: v.string(),
    mode: agentModeSchema,
    settings,
    createdAt: instant,
    updatedAt: instant,
    breaker: v.optional(breakerView),
  }),
  v.metadata({
    ref: 'Agent',
    description: 'A customer’s long-lived assistant; read or listed, with its breaker where that is not closed',
  }),
)

export const newAgentBody = v.pipe(
  v.strictObject({ id: agentIdSchema, mode: v.optional(agentModeSchema), settings: v.optional(settings) }),
  v.metadata({ ref: 'NewAgent' }),
)

export const agentPatchBody = v.pipe(
  v.strictObject({ mode: v.optional(agentModeSchema), settings: v.optional(settings) }),
  v.metadata({ ref: 'AgentPatch' }),
)

/** Any text: an id that is not well formed is that of no agent, which is a 404 like every other. */
export const agentParams = v.object({ id: v.string() })

export const usageView = v.pipe(
  v.object({
    runs: v.number(),
    modelCalls: v.number(),
    inputTokens: v.number(),
    outputTokens: v.number(),
    costUsd: v.number(),
  }),
  v.metadata({ ref: 'Usage', description: 'What an agent’s runs of language models used up, in all' }),
)

export function viewAgent(agent: Agent): v.InferOutput<typeof agentView> {
  const { id, mode, settings: given, createdAt, updatedAt } = agent
  // They were checked when they were put; what an earlier version took is shown as it is.
  const shown = given as v.InferOutput<typeof settings>
  return { id, mode, settings: shown, createdAt: toInstant(createdAt), updatedAt: toInstant(updatedAt) }
}

/** An agent with what keeps it from beginning tasks, if anything does. */
export function viewAgentNow(agent: Agent, breaker: BreakerView): v.InferOutput<typeof agentView> {
  return { ...viewAgent(agent), ...(breaker.status === 'closed' ? {} : { breaker: viewBreaker(breaker) }) }
}

function isOrigin(given: string): boolean {
  return URL.canParse(given) && new URL(given).origin === given
}
