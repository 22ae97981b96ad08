import { type Agent, createEmbeddedAgentStore } from '@agentic/agents'
import { createCortex, RunInterruptedError } from '@agentic/cortex'
import { createEmbeddedCronStore, createScheduler } from '@agentic/cron'
import { joinAlongside } from '@agentic/embedded-store'
import { createEmbeddedLinkStore } from '@agentic/links'
import { openLevelStore } from '@agentic/embedded-store/level'
import { openEmbeddedEventLog } from '@agentic/events'
import { createSandbox } from '@agentic/sandbox'
import { openSecretStore } from '@agentic/secrets/level'
import { type Claim, createEmbeddedTaskStore, type Task, type TaskChange } from '@agentic/tasks'
import { createEmbeddedWakeStore, createWakeManager } from '@agentic/wake'
import {
  createBrowseFunction,
  createBrowserHost,
  createGuardedFetch,
  createWorker,
  type RunProgress as WorkerProgress,
  type WorkerFunction,
} from '@agentic/worker'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { isLoopback } from '../config.ts'
import { forgetAnswers } from '../http/idempotency.ts'
import type { AppPorts } from '../ports.ts'
import { msOfSecs } from '../schemas/time.ts'
import { createEmbeddedTokenStore } from '../tokens/embedded.ts'
import { createAgentBreakers } from './agent-breakers.ts'
import { createAgentMemory } from './agent-memory.ts'
import { createAgentRuns } from './agent-runs.ts'
import { createAssociator } from './associate-memories.ts'
import { createBrowserToolOpener } from './browser-tools.ts'
import { createQuestions } from './questions.ts'
import { createUsageStore } from './usage.ts'
import { type AdminToken, openAdminToken } from './admin-token.ts'
import { createAgentLifecycle } from './agent-lifecycle.ts'
import { createBackground } from './background.ts'
import { openDataFolder } from './data-folder.ts'
import { firingIdOf, firingKey, resultOfTask, taskOfFiring } from './firing-tasks.ts'
import { createMeasures } from './measure.ts'
import { createMemoryJanitor } from './memory-janitor.ts'
import { createRunProgress } from './run-progress.ts'
import { createSendMessage, sendFromRuns } from './send-message.ts'
import { createTaskRetention, type TaskRetention } from './task-retention.ts'
import { createTranscripts } from './transcripts.ts'
import { withBulletin } from './bulletin-prompt.ts'
import { createPendingKey } from './pending-key.ts'
import { createReadiness } from './readiness.ts'
import { openSecretKeys } from './secret-keys.ts'
import { ringOfTaskChange } from './ring-for-tasks.ts'
import {
  eventOfAgentChange,
  eventOfBreaker,
  eventOfDeadWake,
  eventOfFiring,
  eventsOfTaskChanges,
} from './tell-events.ts'

export interface SystemOptions {
  readonly config: Config
  readonly log: Logger
  /**
   * Functions that tasks may name, beside `browse`.
   * @default none
   */
  readonly functions?: Readonly<Record<string, WorkerFunction>> | undefined
}

/** All libraries, wired together. */
export interface System {
  readonly ports: AppPorts
  readonly adminToken: AdminToken
  /** Removes what ended long ago, by itself every hour. */
  readonly retention: Pick<TaskRetention, 'sweep'>
  /** Takes up what an earlier process left, then lets wakes and firings come. */
  start(): Promise<void>
  /** Ends streams, fires nothing more, waits for what runs or interrupts it, and closes the stores. */
  stop(): Promise<void>
}

/** Longest that stopped runs may take beyond their own grace, in milliseconds. */
const SETTLE_MS = 2_000

/** How often active agents have their turns. */
const WARM_UP_MS = 900_000
const ASSOCIATE_MS = 300_000

/**
 * Opens the stores of the data folder and wires the libraries over them:
 * task row -> ring -> wake manager -> cortex -> worker -> outcome -> event, each step in the batch of what caused it.
 */
export async function openSystem({ config, log, functions = {} }: SystemOptions): Promise<System> {
  const folder = await openDataFolder(config.dataDir)
  const store = await openLevelStore(folder.storePath)
  const adminToken = await openAdminToken(store, config.adminToken, { mayMake: isLoopback(config.host) })
  const madeTokens = createEmbeddedTokenStore(store)
  const secrets = await openSecretStore(folder.secretsPath)
  const secretKeys = await openSecretKeys({
    secrets,
    pending: createPendingKey(folder.path),
    masterKeyFile: config.masterKeyFile,
    log,
  })
  const sandbox = await createSandbox({
    containment: config.containment,
    deniedPaths: [folder.path],
    readOnlyPaths: config.readOnlyPaths,
    searchPaths: config.searchPaths,
  })
  const events = await openEmbeddedEventLog(store)
  const background = createBackground(log)
  const measures = createMeasures()
  const progress = createRunProgress()
  const transcripts = createTranscripts({
    folderOf: folder.transcriptsOf,
    keepMs: config.transcriptKeepSecs * 1000,
  })
  const stopping = new AbortController()
  /** Aborts when no wake is begun any more: one that waits is for the next start. */
  const draining = new AbortController()

  const agents = createEmbeddedAgentStore(store, {
    alongside: (change) => events.prepareAppend([eventOfAgentChange(change)]),
  })

  const scrub = async (agentId: string, text: string): Promise<string> =>
    (await secrets.envFor(agentId)).scrubber.scrub(text)
  const memory = createAgentMemory({
    store,
    scrub,
    withAgent: (agentId, work) => lifecycle.withAgent(agentId, work),
  })

  const wakeStore = createEmbeddedWakeStore(store)
  const usage = createUsageStore(store)
  const tasks = createEmbeddedTaskStore(store, {
    rateLimitMaxWaitMs: config.rateLimitWaitSecs * 1000,
    alongside: (changes) =>
      joinAlongside([
        events.prepareAppend(eventsOfTaskChanges(changes)),
        {
          operations: changes.flatMap((change) => (change.type === 'run-ended' ? usage.operationsFor(change.run) : [])),
        },
        ...changes.map(ringAlongside),
        { operations: [], onWritten: () => changes.forEach(afterTaskChange) },
      ]),
  })

  const links = createEmbeddedLinkStore(store)
  const sendMessage = createSendMessage({
    links,
    tasks,
    scrub,
    agents,
    withAgent: (agentId, work) => lifecycle.withAgent(agentId, work),
  })

  const wakes = createWakeManager({
    store: wakeStore,
    handler: async (wake, { signal }) => {
      // A run without its secrets would only use an attempt up.
      await secretKeys.usable(AbortSignal.any([signal, draining.signal]))
      await memory.whileAwake(wake.agentId, () => cortex.handleWake(wake.agentId, { signal }))
    },
    concurrency: config.concurrency,
  })

  const questions = createQuestions({
    tasks,
    transcript: transcripts.lines,
    park: (runId) => void cortex.interruptRun(runId),
    holdMs: config.answerHoldSecs * 1000,
  })
  const browsers = createBrowserHost({ executablePath: config.chromiumPath, maxBrowsers: config.maxBrowsers })
  const guard = { allowedPrivateHosts: config.browserPrivateHosts }
  const guardedFetch = createGuardedFetch(guard)

  const worker = createWorker({
    sandbox,
    secrets,
    workspaceFor: (agentId) => folder.workspaceOf(agentId),
    functions: {
      browse: createBrowseFunction({ ...guard, host: browsers, saveScreenshot: folder.saveScreenshot }),
      ...functions,
    },
    agent: {
      memory: memory.port,
      sendMessage: sendFromRuns(sendMessage),
      ...createAgentRuns({
        config,
        secrets,
        tasks,
        lifecycle: { withAgent: (agentId, work) => lifecycle.withAgent(agentId, work) },
        guardedFetch,
        ask: questions.ask,
        openTools: createBrowserToolOpener({
          host: browsers,
          secrets,
          guard,
          settingsOf: async (agentId) => (await agents.get(agentId))?.settings.browser ?? {},
          browserFolderOf: folder.browserOf,
          saveScreenshot: folder.saveScreenshot,
          log,
        }),
      }),
    },
    acp: { agents: config.codingAgents, ask: questions.askPermission },
    openTranscript: ({ agentId, runId }) => ({
      ...questions.watch(runId, transcripts.open(agentId, runId)),
      reference: `/api/runs/${runId}/transcript`,
    }),
    onProgress: (event, { runId }) => progress.publish(runId, event satisfies WorkerProgress),
    defaultWallClockMs: config.wallClockSecs * 1000,
    graceMs: config.graceSecs * 1000,
  })

  const breaker = createAgentBreakers(store, {
    threshold: config.breakerFailures === 0 ? Number.MAX_SAFE_INTEGER : config.breakerFailures,
    coolDownMs: config.breakerSecs * 1000,
    onChange(change) {
      measures.countBreaker(change)
      if (change.type === 'breaker-opened')
        log.warn({ agentId: change.agentId, ...change.state }, 'an agent is held back: its runs fail again and again')
      background.run('telling of a breaker', () =>
        lifecycle.withAgent(change.agentId, () => events.append([eventOfBreaker(change)])),
      )
    },
  })
  const associator = createAssociator(store, memory.store)
  const janitor = createMemoryJanitor({
    rows: store,
    memories: memory.store,
    isScheduled: config.janitor,
    intervalMs: config.janitorIntervalSecs * 1000,
    agentLimitMs: config.janitorAgentSecs * 1000,
    onFailed: ({ agentId, error }) => log.warn({ err: error, agentId }, 'the janitor could not look after an agent'),
    onRoundEnded: (round) => log.info(round, 'the janitor has been with all agents'),
  })
  const retention = createTaskRetention({
    tasks,
    keepMs: config.taskKeepSecs * 1000,
    forgetRun: (agentId, runId) =>
      Promise.all([transcripts.remove(agentId, runId), folder.removeScreenshot(agentId, runId)]),
    onFailed: (error) => log.warn({ err: error }, 'tasks that ended long ago could not be removed; it is tried again'),
  })

  const cortex = createCortex<Claim>({
    tasks,
    breaker,
    loops: [
      // What an active agent knows is at hand when it is woken.
      { name: 'warm-up', everyMs: WARM_UP_MS, turn: async (agentId) => void (await memory.bulletins.get(agentId)) },
      { name: 'associations', everyMs: ASSOCIATE_MS, turn: associator.associate },
    ],
    onLoopFailed: ({ error, ...failure }) => log.warn({ err: error, ...failure }, 'a loop of an active agent failed'),
    run: async (claim, { signal }) => {
      const { task, run } = claim
      progress.begin(task.agentId, run.id)
      try {
        const resumeFrom = await questions.begin(claim)
        const job = await jobOf(task, run.id, await agents.get(task.agentId))
        const report = await worker.run({ ...job, resumeFrom }, { signal })
        await noteBlock(task.agentId, run.id, report.outcome)
        return report
      } finally {
        questions.end(run.id)
      }
    },
    ring: async (agentId, reason, options) => void (await wakes.fire(agentId, { type: 'task', reason }, options)),
  })

  const scheduler = createScheduler({
    store: createEmbeddedCronStore(store),
    start: async (firing, job) => {
      // The job may have been changed since an earlier start made the task.
      const make = async () =>
        (await taskOfFiringId(firing.agentId, firing.id)) ?? tasks.create(taskOfFiring(firing, job))
      await lifecycle.withAgent(firing.agentId, make)
    },
    cancel: (firing) => cancelFiring(firing.agentId, firing.id),
    resultOf: async (firing) => {
      const task = await taskOfFiringId(firing.agentId, firing.id)
      if (task === undefined) return { type: 'cancelled', reason: 'its task is gone' }
      const result = resultOfTask(task)
      if (result !== undefined) await wakeAfterFiring(firing.agentId, firing.id)
      return result
    },
    agentDefaultTimeoutMs: async (agentId) => {
      const secs = (await agents.get(agentId))?.settings.cronTimeoutSecs
      return secs === undefined ? undefined : msOfSecs(secs)
    },
  })

  const lifecycle = createAgentLifecycle({
    store,
    agents,
    cortex,
    silence: async (agentId) => {
      await scheduler.deleteAgent(agentId)
      await wakes.forget(agentId)
    },
    erase: async (agentId) => {
      await tasks.deleteAgent(agentId)
      progress.endAgent(agentId)
      await usage.deleteAgent(agentId)
      await breaker.deleteAgent(agentId)
      await associator.deleteAgent(agentId)
      await memory.store.deleteAgent(agentId)
      await links.deleteAgent(agentId)
      await wakes.forget(agentId)
      await scheduler.deleteAgent(agentId)
      await madeTokens.deleteAgent(agentId)
      await secrets.deleteAgent(agentId)
      await events.deleteAgent(agentId)
      await forgetAnswers(store, agentId)
      await folder.eraseAgent(agentId)
    },
  })

  function ringAlongside(change: TaskChange) {
    const ring = ringOfTaskChange(change, Date.now())
    if (ring === undefined) return { operations: [] }
    const { operations, onWritten } = wakeStore.prepareRing(ring.agentId, ring.trigger, { dueAt: ring.dueAt })
    return {
      operations,
      onWritten() {
        onWritten()
        wakes.notify(ring.agentId)
      },
    }
  }

  function afterTaskChange(change: TaskChange): void {
    measures.count(change)
    questions.taskChanged(change.task)
    // Its outcome is on disk: whoever watched is told of it.
    if (change.type === 'run-ended') progress.end(change.run.id)
    const firingId = firingIdOf(change.task)
    const result = resultOfTask(change.task)
    if (change.type !== 'task-updated' || firingId === undefined || result === undefined) return
    background.run('ending a firing', async () => {
      await wakeAfterFiring(change.task.agentId, firingId)
      await scheduler.finish(firingId, result)
    })
  }

  /** Before the firing's end is written: should the process die between, the end is found again, and so is the wake. */
  async function wakeAfterFiring(agentId: string, firingId: string): Promise<void> {
    const fire = () => wakes.fire(agentId, { type: 'cron', reason: 'firing-finished', payload: { firingId } })
    await lifecycle.withAgent(agentId, fire)
  }

  /** Before the run ends, so that its next one knows. The outcome counts, whether it can be remembered or not. */
  async function noteBlock(agentId: string, runId: string, outcome: WorkerOutcome): Promise<void> {
    await memory.noteBlock({ agentId, runId }, outcome).catch((error: unknown) => {
      log.warn({ err: error, agentId, runId }, 'a blocked site could not be remembered')
    })
  }

  /** What the worker is told of a run: the task's own limits, else its agent's, and what the agent knows. */
  async function jobOf(task: Task, runId: string, agent: Agent | undefined) {
    const { wallClockSecs, network, agent: agentSettings } = agent?.settings ?? {}
    const isAgentRun = (task.worker as { readonly type?: unknown } | null)?.type === 'agent'
    const bulletin = isAgentRun && agent !== undefined ? (await memory.bulletins.get(task.agentId)).text : ''
    return {
      agentId: task.agentId,
      taskId: task.id,
      runId,
      title: task.title,
      worker: task.worker,
      input: task.input,
      note: task.note,
      wallClockMs: task.wallClockMs ?? (wallClockSecs === undefined ? undefined : msOfSecs(wallClockSecs)),
      network,
      agentSettings: withBulletin(agentSettings, bulletin),
    }
  }

  async function taskOfFiringId(agentId: string, firingId: string): Promise<Task | undefined> {
    return tasks.getByIdempotencyKey(agentId, firingKey(firingId))
  }

  async function cancelFiring(agentId: string, firingId: string): Promise<void> {
    const task = await taskOfFiringId(agentId, firingId)
    const result =
      task === undefined ? undefined : await tasks.cancel(task.id, 'a later firing of its job took its place')
    if (result?.type === 'running') cortex.cancelRun(result.runId, 'a later firing of its job took its place')
  }

  for (const type of ['firing-started', 'firing-finished', 'firing-skipped'] as const) {
    scheduler.events.on(type, (firing) =>
      background.run('telling of a firing', () => events.append([eventOfFiring(type, firing)])),
    )
  }
  scheduler.events.on('scheduler-failed', (error) =>
    log.warn({ err: error }, 'the scheduler had a failure and goes on'),
  )
  scheduler.events.on('firing-start-failed', (firing, error) =>
    log.warn({ err: error, firingId: firing.id }, 'a firing could not be started; it is tried again'),
  )
  wakes.events.on('wake-failed', ({ error }) => {
    // A wake that a stop cut short is kept for the next start; there is nothing wrong.
    if (!(error instanceof RunInterruptedError)) log.warn({ err: error }, 'a wake failed; it is tried again')
  })
  wakes.events.on('wake-dead', ({ wake, error }) => {
    const { agentId } = wake
    log.error({ err: error, agentId }, 'a wake failed for the last time; revive it once its cause is gone')
    background.run('telling of a dead wake', () =>
      lifecycle.withAgent(agentId, () => events.append([eventOfDeadWake(wake)])),
    )
  })
  measures.watch({ wakes, cortex, janitor })

  const ports: AppPorts = {
    agents,
    tasks,
    secrets,
    secretKeys,
    wakes,
    scheduler,
    events,
    memory,
    links,
    sendMessage,
    breaker,
    janitor: {
      ...janitor,
      settings: {
        enabled: config.janitor,
        intervalSecs: config.janitorIntervalSecs,
        agentLimitSecs: config.janitorAgentSecs,
      },
    },
    tokens: {
      ...madeTokens,
      verify: async (text) => (await adminToken.verify(text)) ?? madeTokens.verify(text),
    },
    store,
    lifecycle,
    usage: usage.total,
    cancelRun: cortex.cancelRun,
    progress,
    transcript: transcripts.read,
    screenshot: folder.readScreenshot,
    readiness: createReadiness({ store, secrets, sandbox, browsers, stopping: stopping.signal }),
    metrics: measures.registry,
    log,
    stopping: stopping.signal,
  }

  return {
    ports,
    adminToken,
    retention,
    async start() {
      await lifecycle.recover()
      const lost = await tasks.reap({ all: true })
      if (lost.length > 0) log.warn({ runs: lost.length }, 'an earlier process died in these runs; their tasks go on')
      await wakes.open()
      await scheduler.open()
      for await (const agent of activeAgents(agents)) cortex.setMode(agent.id, agent.mode)
      await janitor.open()
      retention.open()
      log.info({ sandbox: sandbox.status }, 'started')
    },
    async stop() {
      stopping.abort()
      await Promise.all([scheduler.close(), janitor.close(), retention.close()])
      // From here on each agent ends the task at hand and takes no other; what is left of its wake is for the next start.
      const drained = wakes.close({
        timeoutMs: config.drainSecs * 1000,
        graceMs: config.graceSecs * 1000 + SETTLE_MS,
      })
      draining.abort(new RunInterruptedError())
      await cortex.close()
      await drained
      await worker.close()
      await guardedFetch.close()
      await background.close()
      await events.close()
      await secrets.close()
      await store.close()
    },
  }
}

/** Only active agents are walked: dormant ones, however many, cost a start nothing. */
async function* activeAgents(agents: AppPorts['agents']): AsyncGenerator<Agent> {
  let cursor: string | undefined
  do {
    const page = await agents.list({ mode: 'active', cursor, limit: 500 })
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== undefined)
}
