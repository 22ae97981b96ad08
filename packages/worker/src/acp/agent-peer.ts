import * as v from 'valibot'
import type {
  AgentNotificationMethod,
  AgentNotificationParamsByMethod,
  AgentRequestMethod,
  AgentRequestParamsByMethod,
} from '@agentclientprotocol/sdk'
import { problemsOf } from '../worker-spec.ts'
import { AcpError } from './acp-error.ts'
import { agentError, isRequestError } from './agent-error.ts'
import type { AgentProcess } from './agent-process.ts'
import { addHandlers, type ClientPorts } from './client-handlers.ts'
import type { AcpLimits } from './acp-limits.ts'
import { openMessageStream } from './message-stream.ts'

export interface PeerOptions extends ClientPorts {
  readonly limits: AcpLimits
  readonly scrub: (text: string) => string
  readonly onMessage: () => void
  readonly onUpdate: (params: unknown) => void
}

/** The agent's side of the protocol. */
export interface AgentPeer extends Disposable {
  /** Asks, and checks the answer. Rejects with an {@link AcpError}, also when the agent is gone. */
  request<Method extends AgentRequestMethod, Schema extends v.GenericSchema>(
    method: Method,
    params: AgentRequestParamsByMethod[Method],
    schema: Schema,
  ): Promise<v.InferOutput<Schema>>
  /** Tells, without waiting until it is heard. */
  notify<Method extends AgentNotificationMethod>(method: Method, params: AgentNotificationParamsByMethod[Method]): void
  /** The start of the first line of its output that was no message, if any. */
  firstStray(): string | undefined
}

/** Connects to a process. The library is loaded by the first run that needs it: it takes a tenth of a second and 28 MB. */
export async function connectPeer(process: AgentProcess, options: PeerOptions): Promise<AgentPeer> {
  const sdk = await import('@agentclientprotocol/sdk')
  const stream = openMessageStream({ ...options, stdin: process.stdin, stdout: process.stdout })
  const connection = addHandlers(sdk, sdk.client({ name: 'agentic' }), options).connect(stream)

  async function whyNot(method: string, error: unknown): Promise<AcpError> {
    if (error instanceof AcpError) return error
    if (isRequestError(error)) return agentError(method, error, options.scrub)
    const why = await process.whyGone()
    const stray = stream.firstStray()
    return stray === undefined
      ? why
      : new AcpError(why.code, `${why.message}\nit also said what is no message: ${stray}`, {
          retryable: why.retryable,
        })
  }

  return {
    async request(method, params, schema) {
      const answer: unknown = await connection.agent.request(method, params).catch(async (error: unknown) => {
        throw await whyNot(method, error)
      })
      const parsed = v.safeParse(schema, answer ?? {})
      if (parsed.success) return parsed.output
      throw new AcpError(
        'ACP_PROTOCOL_BROKEN',
        `the agent's answer to ${method} is not as the protocol has it: ${problemsOf(parsed.issues, 'answer')}`,
      )
    },
    notify(method, params) {
      // When it cannot be told, the agent is gone, and its end says so.
      connection.agent.notify(method, params).catch(() => undefined)
    },
    firstStray: stream.firstStray,
    [Symbol.dispose]: () => connection.close(),
  }
}
