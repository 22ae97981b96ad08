import { canConfineFiles } from '../workspace-path.ts'
import * as v from 'valibot'
import { AcpError } from './acp-error.ts'
import type { AcpPlan } from './acp-plan.ts'
import type { AgentPeer } from './agent-peer.ts'
import { mcpServersOf } from './mcp-servers.ts'
import { changesOf, sessionSchema, type SessionState } from './session-options.ts'

/** The version of the protocol that is spoken here. */
const PROTOCOL_VERSION = 1

const flag = v.fallback(v.optional(v.boolean(), false), false)
const capability = v.fallback(v.nullish(v.looseObject({})), undefined)

const initializeSchema = v.object({
  protocolVersion: v.number(),
  agentInfo: v.fallback(v.nullish(v.object({ name: v.string(), version: v.fallback(v.string(), '') })), undefined),
  agentCapabilities: v.fallback(
    v.optional(
      v.object({
        loadSession: flag,
        mcpCapabilities: v.fallback(v.optional(v.object({ http: flag, sse: flag })), undefined),
        sessionCapabilities: v.fallback(v.nullish(v.object({ resume: capability })), undefined),
      }),
    ),
    undefined,
  ),
  authMethods: v.fallback(
    v.optional(v.array(v.object({ id: v.string(), name: v.fallback(v.string(), '') }))),
    undefined,
  ),
})

type AgentInfo = v.InferOutput<typeof initializeSchema>

const sessionIdSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))
const newSessionSchema = v.intersect([sessionSchema, v.object({ sessionId: sessionIdSchema })])
const anySchema = v.looseObject({})

/** A session that can be prompted. */
export interface OpenSession {
  readonly sessionId: string
  readonly isResumed: boolean
  readonly agentName: string | undefined
  readonly agentVersion: string | undefined
}

export interface SessionGround {
  readonly env: Readonly<Record<string, string>>
  /** Absolute path, as the agent sees it. */
  readonly cwd: string
}

/** Agrees on the protocol and opens the session that the plan asks for. Rejects with an {@link AcpError}. */
export async function openSession(peer: AgentPeer, plan: AcpPlan, ground: SessionGround): Promise<OpenSession> {
  const agent = await initialize(peer)
  if (plan.authMethod !== undefined) await authenticate(peer, plan.authMethod, agent)
  const { sessionId, isResumed, state } = await begin(peer, plan, ground, agent).catch((error: unknown) => {
    throw withAuthMethods(error, agent)
  })
  for (const change of changesOf(plan, state)) {
    if (change.type === 'mode') await peer.request('session/set_mode', { sessionId, modeId: change.modeId }, anySchema)
    else if (typeof change.value === 'boolean') {
      const { configId, value } = change
      await peer.request('session/set_config_option', { sessionId, configId, type: 'boolean', value }, anySchema)
    } else {
      const { configId, value } = change
      await peer.request('session/set_config_option', { sessionId, configId, value }, anySchema)
    }
  }
  return { sessionId, isResumed, agentName: agent.agentInfo?.name, agentVersion: agent.agentInfo?.version }
}

async function initialize(peer: AgentPeer): Promise<AgentInfo> {
  const agent = await peer.request(
    'initialize',
    {
      protocolVersion: PROTOCOL_VERSION,
      clientCapabilities: {
        fs: { readTextFile: canConfineFiles, writeTextFile: canConfineFiles },
        // It runs its commands itself: it is in the sandbox already.
        terminal: false,
        session: { configOptions: { boolean: {} } },
      },
      clientInfo: { name: 'agentic', version: '0.0.0' },
    },
    initializeSchema,
  )
  if (agent.protocolVersion === PROTOCOL_VERSION) return agent
  throw new AcpError(
    'ACP_VERSION_UNSUPPORTED',
    `the agent speaks version ${agent.protocolVersion} of the protocol, where ${PROTOCOL_VERSION} is spoken here: use a release of it that speaks that`,
  )
}

async function authenticate(peer: AgentPeer, methodId: string, agent: AgentInfo): Promise<void> {
  const ids = (agent.authMethods ?? []).map(({ id }) => id)
  if (ids.includes(methodId)) await peer.request('authenticate', { methodId }, anySchema)
  else {
    const way = ids.length === 0 ? 'it offers none: leave it out' : `it offers ${ids.join(', ')}`
    throw new AcpError('ACP_OPTION_UNKNOWN', `worker.authMethod: the agent does not know "${methodId}": ${way}`)
  }
}

interface Begun {
  readonly sessionId: string
  readonly isResumed: boolean
  readonly state: SessionState
}

async function begin(peer: AgentPeer, plan: AcpPlan, { env, cwd }: SessionGround, agent: AgentInfo): Promise<Begun> {
  const { http = false, sse = false } = agent.agentCapabilities?.mcpCapabilities ?? {}
  const mcpServers = mcpServersOf(plan.mcpServers, env, { http, sse })
  if (plan.sessionId !== undefined) {
    const resumed = await resume(peer, plan, plan.sessionId, { cwd, mcpServers }, agent)
    if (resumed !== undefined) return resumed
  }
  const { sessionId, ...state } = await peer.request('session/new', { cwd, mcpServers }, newSessionSchema)
  return { sessionId, isResumed: false, state }
}

/** Takes up an earlier session; nothing when that cannot be had and need not. */
async function resume(
  peer: AgentPeer,
  { mustResume }: AcpPlan,
  sessionId: string,
  ground: { readonly cwd: string; readonly mcpServers: ReturnType<typeof mcpServersOf> },
  agent: AgentInfo,
): Promise<Begun | undefined> {
  const { loadSession = false, sessionCapabilities } = agent.agentCapabilities ?? {}
  const method = sessionCapabilities?.resume == null ? (loadSession ? 'session/load' : undefined) : 'session/resume'
  if (method === undefined) {
    if (!mustResume) return undefined
    throw new AcpError(
      'ACP_SESSION_UNKNOWN',
      "worker.sessionId: the agent cannot go on with earlier sessions: leave it out, or set resume to 'prefer'",
    )
  }
  try {
    return { sessionId, isResumed: true, state: await peer.request(method, { sessionId, ...ground }, sessionSchema) }
  } catch (error) {
    // An agent that is gone, or wants to be authenticated, would not begin a new session either.
    if (!(error instanceof AcpError) || error.code !== 'ACP_AGENT_FAILED') throw error
    if (!mustResume) return undefined
    throw new AcpError(
      'ACP_SESSION_UNKNOWN',
      `worker.sessionId: the session cannot be gone on with: ${error.message}`,
      {
        cause: error,
      },
    )
  }
}

/** Says by which ways the agent could be authenticated. */
function withAuthMethods(error: unknown, { authMethods = [] }: AgentInfo): unknown {
  if (!(error instanceof AcpError) || error.code !== 'ACP_AUTH_REQUIRED' || authMethods.length === 0) return error
  const ways = authMethods.map(({ id, name }) => (name === '' ? id : `${id} (${name})`))
  return new AcpError(error.code, `${error.message}\nits ways of authentication: ${ways.join(', ')}`, { cause: error })
}
