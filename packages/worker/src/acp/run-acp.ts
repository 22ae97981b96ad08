import { realpath, stat } from 'node:fs/promises'
import { failedOutcome, type RunControl, type WorkerOutcome } from '@agentic/worker-outcome'
import { failureOf } from '../command-worker.ts'
import { aboutEarlierAttempt } from '../earlier-attempt.ts'
import type { RunJob, RunSecrets } from '../worker.ts'
import { canConfineFiles } from '../workspace-path.ts'
import { AcpError } from './acp-error.ts'
import type { AcpEvent, AcpUsage } from './acp-event.ts'
import { type AcpLimits, DEFAULT_ACP_LIMITS } from './acp-limits.ts'
import { type AcpPlan, planOf } from './acp-plan.ts'
import type { AcpAgent, AcpSpec } from './acp-spec.ts'
import { type AgentPeer, connectPeer } from './agent-peer.ts'
import { afterLine, type AgentProcess, openAgentProcess, type ProcessOpener, stopTimesOf } from './agent-process.ts'
import { type AskPermission, createPermissionPort } from './permission-port.ts'
import { type OpenSession, openSession } from './session.ts'
import { outcomeOfTurn, type Turn, turnSchema } from './stop-reason.ts'
import { createTurnAccount, type TurnAccount } from './turn-account.ts'
import { untilAborted, within } from './within.ts'
import { createWorkspaceFiles, folderWithin, type WorkspaceFiles } from './workspace-files.ts'

/** What runs of coding agents need of the host. */
export interface AcpOptions {
  /**
   * Coding agents by the names that tasks may use.
   * @default {}
   */
  readonly agents?: Readonly<Record<string, AcpAgent>> | undefined
  /** Asks a person for permission; without it, the policy `ask` is refused. */
  readonly ask?: AskPermission | undefined
  readonly limits?: Partial<AcpLimits> | undefined
}

/** What one run of a coding agent has. */
export interface AcpGround extends AcpOptions {
  readonly sandbox: ProcessOpener
  readonly workspace: string
  readonly graceMs: number
  readonly resultLimitBytes: number
  /** Is told what the run is doing, scrubbed. What it throws is ignored. */
  readonly onEvent?: ((event: AcpEvent) => void) | undefined
  /** Is told whenever more is known of what the run used up, scrubbed: on every path, since only a success has data. */
  readonly onUsage?: ((usage: AcpUsage) => void) | undefined
}

/** Has a coding agent work in the sandbox until its turn is over, and makes an outcome of its end. */
export async function runAcp(
  spec: AcpSpec,
  job: RunJob,
  control: RunControl,
  secrets: RunSecrets,
  ground: AcpGround,
): Promise<WorkerOutcome> {
  const account = createTurnAccount({
    control,
    scrubber: secrets.scrubber,
    resultLimitBytes: ground.resultLimitBytes,
    onEvent: safely(ground.onEvent),
    onUsage: safely(ground.onUsage),
  })
  const keepSoFar = (): void => {
    const text = account.text()
    if (text !== '') control.setPartialResult(text)
  }
  control.signal.addEventListener('abort', keepSoFar, { once: true })
  try {
    const plan = planOf(spec, job, ground.agents ?? {})
    if (plan.permissions === 'ask' && ground.ask === undefined) throw nobodyToAsk()
    await using process = await openAgentProcess(plan, job, secrets, ground, control.killSignal)
    return await converse(process, { plan, job, control, secrets, ground, account })
  } catch (error) {
    return endedBy(error, control, secrets, account)
  } finally {
    control.signal.removeEventListener('abort', keepSoFar)
  }
}

interface Run {
  readonly plan: AcpPlan
  readonly job: RunJob
  readonly control: RunControl
  readonly secrets: RunSecrets
  readonly ground: AcpGround
  readonly account: TurnAccount
}

async function converse(process: AgentProcess, run: Run): Promise<WorkerOutcome> {
  const { plan, control, secrets, account } = run
  const workspace = await realpath(run.ground.workspace)
  const cwd = await sessionFolder(workspace, plan.cwd)
  using peer = await connect(process, workspace, run)
  const session = await inTime(process, peer, run, openSession(peer, plan, { env: secrets.env, cwd }))
  tell(session, run)
  control.countSegment()
  const leave = control.enter('model-call')
  try {
    const turn = await prompt(peer, session.sessionId, run)
    account.use({ ...tokensOf(turn) })
    return outcomeOfTurn(turn.stopReason, account.end(), { ...session, rejections: account.rejections })
  } finally {
    leave()
  }
}

function connect(
  process: AgentProcess,
  workspace: string,
  { plan, job, control, secrets, ground, account }: Run,
): Promise<AgentPeer> {
  const scrub = (text: string): string => secrets.scrubber.scrub(text)
  const { agentId, taskId, runId } = job
  const tellWatcher = safely(ground.onEvent)
  return connectPeer(process, {
    limits: { ...DEFAULT_ACP_LIMITS, ...ground.limits },
    scrub,
    onMessage: control.progress,
    onUpdate: account.update,
    files: canConfineFiles ? whileOpen(control, createWorkspaceFiles(workspace)) : undefined,
    permit: createPermissionPort({
      policy: plan.permissions,
      run: { agentId, taskId, runId },
      control,
      ask: ground.ask,
      kindOf: account.kindOf,
      scrub,
      onEvent(event) {
        if (event.type === 'permission' && event.decision !== 'allowed') account.countRejection()
        tellWatcher(event)
      },
    }),
  })
}

/** Waits for the session, no longer than the limit and the run. */
async function inTime(
  process: AgentProcess,
  peer: AgentPeer,
  { control, ground }: Run,
  opening: Promise<OpenSession>,
): Promise<OpenSession> {
  const { startTimeoutMs } = { ...DEFAULT_ACP_LIMITS, ...ground.limits }
  const session = await within(startTimeoutMs, untilAborted(control.signal, opening))
  if (session !== 'late') return session
  const said = [process.errorTail(), peer.firstStray() ?? ''].map(afterLine).join('')
  throw new AcpError('ACP_START_TIMEOUT', `the agent came to no session within ${startTimeoutMs} ms${said}`, {
    retryable: true,
  })
}

function tell({ sessionId, isResumed, agentName, agentVersion }: OpenSession, { secrets, ground, account }: Run): void {
  const scrub = (text: string): string => secrets.scrubber.scrub(text)
  account.begin(sessionId)
  account.use({
    // An id that is not the agent's any more is of no use.
    ...(scrub(sessionId) === sessionId ? { sessionId } : {}),
    ...(agentName === undefined ? {} : { agentName: scrub(agentName) }),
    ...(agentVersion === undefined ? {} : { agentVersion: scrub(agentVersion) }),
  })
  safely(ground.onEvent)({ type: 'session-started', sessionId: scrub(sessionId), isResumed })
}

/** Has one turn done. A run that is stopped meanwhile has it cancelled, and waits a while for what there is to say. */
async function prompt(peer: AgentPeer, sessionId: string, { plan, job, control, ground }: Run): Promise<Turn> {
  const texts = [
    plan.prompt,
    ...(job.input === undefined ? [] : [`The task's input, as JSON:\n${JSON.stringify(job.input)}`]),
    ...(job.note === undefined ? [] : [aboutEarlierAttempt(job.note)]),
  ]
  const turn = peer.request(
    'session/prompt',
    { sessionId, prompt: texts.map((text) => ({ type: 'text' as const, text })) },
    turnSchema,
  )
  try {
    return await untilAborted(control.signal, turn)
  } catch (error) {
    if (!control.signal.aborted) throw error
    peer.notify('session/cancel', { sessionId })
    await within(
      stopTimesOf(ground.graceMs).cancelMs,
      turn.catch(() => undefined),
    )
    throw error
  }
}

function tokensOf({ usage }: Turn): AcpUsage {
  return {
    ...(usage?.inputTokens === undefined ? {} : { inputTokens: usage.inputTokens }),
    ...(usage?.outputTokens === undefined ? {} : { outputTokens: usage.outputTokens }),
  }
}

async function sessionFolder(workspace: string, folder: string): Promise<string> {
  const path = folderWithin(workspace, folder)
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined)
  if (path !== undefined && found?.isDirectory() === true) return path
  throw new AcpError('ACP_SPEC_INVALID', 'worker.cwd: must be a folder that is there, in the workspace')
}

/** What the agent has written once its run is being stopped is no longer taken. */
function whileOpen(control: RunControl, files: WorkspaceFiles): WorkspaceFiles {
  return {
    read: files.read,
    async write(path, content) {
      control.signal.throwIfAborted()
      await files.write(path, content)
    },
  }
}

function endedBy(error: unknown, control: RunControl, { scrubber }: RunSecrets, account: TurnAccount): WorkerOutcome {
  const text = account.end()
  const partial = text === '' ? {} : { partialResult: text }
  // Why it was stopped is the supervisor's to say.
  if (control.signal.aborted) return { type: 'cancelled', reason: 'the coding agent was stopped', ...partial }
  const failure = error instanceof AcpError ? failedOutcome(error, (said) => scrubber.scrub(said)) : failureOf(error)
  return { ...failure, ...partial }
}

function nobodyToAsk(): AcpError {
  return new AcpError(
    'ACP_SPEC_INVALID',
    'worker.permissions: there is nobody to ask here: use allow, allow-read-only or reject',
  )
}

/** Who watches must not be able to end what is watched. */
function safely<Value>(listener: ((value: Value) => void) | undefined): (value: Value) => void {
  return (value) => {
    try {
      listener?.(value)
    } catch {
      // Its own affair.
    }
  }
}
