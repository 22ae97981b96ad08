import { type Agent, createEmbeddedAgentStore } from '@agentic/agents'
import { createCortex, RunInterruptedError } from '@agentic/cortex'
import { createEmbeddedCronStore, createScheduler } from '@agentic/cron'
import { joinAlongside } from '@agentic/embedded-store'
import { createEmbeddedLinkStore } from '@agentic/links'
import { openLevelStore } from '@agentic/embedded-store/level'
import { openEmbeddedEventLog } from '@agentic/events'
import { createSandbox } from '@agentic/sandbox'
import { openSecretStore } from '@agentic/secrets/level'
import { type Claim, createEmbeddedTaskStore, type TaskChange } from '@agentic/tasks'
import { createEmbeddedWakeStore, createWakeManager } from '@agentic/wake'
import {
  createBrowseFunction,
  createBrowserHost,
  createGuardedFetch,
  createWorker,
  type RunProgress as WorkerProgress,
  type WorkerFunction,
} from '@agentic/worker'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { isLoopback } from '../config.ts'
import { createEmbeddedHookStore } from '../hooks/embedded.ts'
import { forgetAnswers } from '../http/idempotency.ts'
import type { AgentLifecycle, AppPorts } from '../ports.ts'
import { msOfSecs } from '../schemas/time.ts'
import { createEmbeddedTokenStore } from '../tokens/embedded.ts'
import { createAgentMemory } from './agent-memory.ts'
import { createAgentRuns, systemSecret } from './agent-runs.ts'
import { createBrowserToolOpener } from './browser-tools.ts'
import { createQuestions } from './questions.ts'
import { createUpkeep } from './upkeep.ts'
import { createUsageStore } from './usage.ts'
import { type AdminToken, openAdminToken } from './admin-token.ts'
import { createAgentLifecycle } from './agent-lifecycle.ts'
import { createBackground } from './background.ts'
import { openDataFolder } from './data-folder.ts'
import { firingIdOf, resultOfTask } from './firing-tasks.ts'
import { createFiringWork } from './firing-work.ts'
import { createMeasures } from './measure.ts'
import { createMemoryModels } from './memory-models.ts'
import { createRunProgress } from './run-progress.ts'
import { createRunTask } from './run-task.ts'
import { createSendMessage, sendFromRuns } from './send-message.ts'
import type { TaskRetention } from './task-retention.ts'
import { createTell } from './tell-of.ts'
import { createTranscripts } from './transcripts.ts'
import { createPendingKey } from './pending-key.ts'
import { createReadiness } from './readiness.ts'
import { openSecretKeys } from './secret-keys.ts'
import { openServerWebhooks } from './server-webhooks.ts'
import { ringOfTaskChange } from './ring-for-tasks.ts'
import { eventOfAgentChange, eventsOfTaskChanges } from './tell-events.ts'

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

/**
 * Opens the stores of the data folder and wires the libraries over them:
 * task row -> ring -> wake manager -> cortex -> worker -> outcome -> event, each step in the batch of what caused it.
 */
export async function openSystem({ config, log, functions = {} }: SystemOptions): Promise<System> {
  const folder = await openDataFolder(config.dataDir)
  const store = await openLevelStore(folder.storePath)
  const adminToken = await openAdminToken(store, config.adminToken, { mayMake: isLoopback(config.host) })
  const madeTokens = createEmbeddedTokenStore(store)
  const hooks = createEmbeddedHookStore(store)
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
  const events = await openEmbeddedEventLog(store, { keep: config.eventsKept })
  const background = createBackground(log)
  /** The lifecycle is made last, of all that goes with an agent. */
  const withAgent: AgentLifecycle['withAgent'] = (agentId, work) => lifecycle.withAgent(agentId, work)
  const tell = createTell({
    events,
    background,
    withAgent,
    log,
  })
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
    withAgent,
    models: createMemoryModels(config, { resolveSystemSecret: (name) => systemSecret(secrets, name) }),
    onModelFailed: (error, agentId) =>
      log.warn({ err: error, agentId }, 'a bulletin could not be written by its model'),
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

  const webhooks = await openServerWebhooks({
    store,
    events,
    secrets,
    secretKeys,
    allowedPrivateHosts: config.webhookPrivateHosts,
    onAttempt: measures.countDelivery,
    log,
  })

  const links = createEmbeddedLinkStore(store)
  const sendMessage = createSendMessage({
    links,
    tasks,
    scrub,
    agents,
    withAgent,
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
        lifecycle: { withAgent },
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

  const upkeep = createUpkeep({
    config,
    store,
    tasks,
    memory,
    forgetRun: (agentId, runId) =>
      Promise.all([transcripts.remove(agentId, runId), folder.removeScreenshot(agentId, runId)]),
    onBreakerChange(change) {
      measures.countBreaker(change)
      tell.ofBreaker(change)
    },
    log,
  })

  const cortex = createCortex<Claim>({
    tasks,
    breaker: upkeep.breaker,
    loops: upkeep.loops,
    onLoopFailed: ({ error, ...failure }) => log.warn({ err: error, ...failure }, 'a loop of an active agent failed'),
    run: createRunTask({ agents, worker, memory, questions, progress, log }),
    ring: async (agentId, reason, options) => void (await wakes.fire(agentId, { type: 'task', reason }, options)),
  })

  const firings = createFiringWork({
    tasks,
    wakes,
    withAgent,
    cancelRun: cortex.cancelRun,
  })
  const scheduler = createScheduler({
    store: createEmbeddedCronStore(store),
    start: firings.start,
    cancel: firings.cancel,
    resultOf: firings.resultOf,
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
      await hooks.deleteAgent(agentId)
      await scheduler.deleteAgent(agentId)
      await wakes.forget(agentId)
    },
    erase: async (agentId) => {
      await tasks.deleteAgent(agentId)
      progress.endAgent(agentId)
      await usage.deleteAgent(agentId)
      await upkeep.deleteAgent(agentId)
      await memory.store.deleteAgent(agentId)
      await links.deleteAgent(agentId)
      await wakes.forget(agentId)
      await scheduler.deleteAgent(agentId)
      await madeTokens.deleteAgent(agentId)
      await hooks.deleteAgent(agentId)
      await webhooks.deleteAgent(agentId)
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
      await firings.wakeAfter(change.task.agentId, firingId)
      await scheduler.finish(firingId, result)
    })
  }

  tell.ofFirings(scheduler)
  tell.ofWakes(wakes)
  measures.watch({ wakes, cortex, janitor: upkeep.janitor, webhooks })

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
    hooks,
    webhooks,
    breaker: upkeep.breaker,
    janitor: {
      ...upkeep.janitor,
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
    retention: upkeep.retention,
    async start() {
      await lifecycle.recover()
      const lost = await tasks.reap({ all: true })
      if (lost.length > 0) log.warn({ runs: lost.length }, 'an earlier process died in these runs; their tasks go on')
      await wakes.open()
      await scheduler.open()
      for await (const agent of activeAgents(agents)) cortex.setMode(agent.id, agent.mode)
      await upkeep.open()
      await webhooks.start()
      log.info({ sandbox: sandbox.status }, 'started')
    },
    async stop() {
      stopping.abort()
      await Promise.all([scheduler.close(), upkeep.close()])
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
      await webhooks.close()
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
