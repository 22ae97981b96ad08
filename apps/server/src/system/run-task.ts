import type { AgentStore } from '@agentic/agents'
import type { RunTask } from '@agentic/cortex'
import type { Claim } from '@agentic/tasks'
import type { Worker } from '@agentic/worker'
import type { Logger } from 'pino'
import { msOfSecs } from '../schemas/time.ts'
import type { AgentMemory } from './agent-memory.ts'
import { withBulletin } from './bulletin-prompt.ts'
import type { Questions } from './questions.ts'
import type { RunProgress } from './run-progress.ts'

export interface RunTaskOptions {
  readonly agents: Pick<AgentStore, 'get'>
  readonly worker: Pick<Worker, 'run'>
  readonly memory: Pick<AgentMemory, 'bulletins' | 'noteBlock'>
  readonly questions: Pick<Questions, 'begin' | 'end'>
  readonly progress: Pick<RunProgress, 'begin'>
  readonly log: Logger
}

/** Does the run of a claimed task: what went before and what its agent knows go in, what it met stays known. */
export function createRunTask(options: RunTaskOptions): RunTask<Claim> {
  const { agents, worker, memory, questions, progress, log } = options

  /** What the worker is told of a run: the task's own limits, else its agent's, and what the agent knows. */
  async function jobOf({ task, run }: Claim) {
    const agent = await agents.get(task.agentId)
    const { wallClockSecs, network, agent: agentSettings } = agent?.settings ?? {}
    const isAgentRun = (task.worker as { readonly type?: unknown } | null)?.type === 'agent'
    const bulletin = isAgentRun && agent !== undefined ? (await memory.bulletins.get(task.agentId)).text : ''
    return {
      agentId: task.agentId,
      taskId: task.id,
      runId: run.id,
      title: task.title,
      worker: task.worker,
      input: task.input,
      note: task.note,
      wallClockMs: task.wallClockMs ?? (wallClockSecs === undefined ? undefined : msOfSecs(wallClockSecs)),
      network,
      agentSettings: withBulletin(agentSettings, bulletin),
    }
  }

  return async (claim, { signal }) => {
    const { agentId } = claim.task
    const { id: runId } = claim.run
    progress.begin(agentId, runId)
    try {
      const resumeFrom = await questions.begin(claim)
      const report = await worker.run({ ...(await jobOf(claim)), resumeFrom }, { signal })
      // Before the run ends, so that its next one knows. The outcome counts, whether it can be remembered or not.
      await memory.noteBlock({ agentId, runId }, report.outcome).catch((error: unknown) => {
        log.warn({ err: error, agentId, runId }, 'a blocked site could not be remembered')
      })
      return report
    } finally {
      questions.end(runId)
    }
  }
}
