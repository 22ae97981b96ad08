import type { EmbeddedStore } from '@agentic/embedded-store'
import { isTaskId } from '../ids.ts'
import { parseAgentId, parseStatus } from '../requests.ts'
import { COUNT_LIMIT, type TaskStore } from '../task-store.ts'
import type { Escalation } from '../task.ts'
import { countOfAgent, countsIn } from './counts.ts'
import { INSTANT_CURSOR, NUMBER_CURSOR, readPage, TASK_CURSOR } from './listing.ts'
import { createRecordLoader } from './load.ts'
import type { TaskRecord } from './record.ts'
import { keyOf, lastPart, prefixOf } from './rows.ts'

/** Answers what a task store is asked without deciding anything, so without taking turns. */
export function createTaskReader(
  store: EmbeddedStore,
): Pick<TaskStore, 'get' | 'getByIdempotencyKey' | 'list' | 'getRun' | 'listRuns' | 'listEscalations' | 'counts'> {
  const { load, loadRun } = createRecordLoader(store)
  const counts = countsIn(store)

  return {
    async get(taskId) {
      return (await load(taskId))?.task
    },

    async getByIdempotencyKey(agentId, idempotencyKey) {
      const taskId = await store.get<string>(keyOf.idempotency(parseAgentId(agentId), idempotencyKey))
      return taskId === undefined ? undefined : (await load(taskId))?.task
    },

    async list(agentId, { status, ...page } = {}) {
      const agent = parseAgentId(agentId)
      const wanted = parseStatus(status)
      const prefix = wanted === undefined ? prefixOf.agentTasks(agent) : prefixOf.statusTasks(agent, wanted)
      return readPage(store, { prefix, cursor: TASK_CURSOR, newestFirst: true }, page, async (rowKey) => {
        const task = (await load(lastPart(rowKey)))?.task
        return wanted === undefined || task?.status === wanted ? task : undefined
      })
    },

    getRun: loadRun,

    async listRuns(taskId, page = {}) {
      if (!isTaskId(taskId)) return { items: [] }
      const listing = { prefix: prefixOf.taskRuns(taskId), cursor: NUMBER_CURSOR, newestFirst: true }
      return readPage(store, listing, page, async (rowKey) => loadRun((await store.get<string>(rowKey)) ?? ''))
    },

    async listEscalations({ agentId, ...page } = {}) {
      const prefix = agentId === undefined ? prefixOf.escalations() : prefixOf.agentEscalations(parseAgentId(agentId))
      return readPage(store, { prefix, cursor: INSTANT_CURSOR, newestFirst: false }, page, async (rowKey) => {
        const record = await load(lastPart(rowKey))
        return record && escalationOf(record)
      })
    },

    async counts(agentId) {
      if (agentId !== undefined) return countOfAgent(store, parseAgentId(agentId), COUNT_LIMIT)
      await counts.load()
      return counts.read()
    },
  }
}

function escalationOf({ task, escalatedAt }: TaskRecord): Escalation | undefined {
  const { id: taskId, agentId, title, runId, outcome, waiting } = task
  if (escalatedAt === undefined || runId === undefined) return undefined
  const escalation = { taskId, agentId, runId, title, createdAt: escalatedAt }
  if (waiting !== undefined) return { ...escalation, type: waiting.type, question: waiting }
  return outcome?.type === 'blocked' ? { ...escalation, type: 'blocked', outcome } : undefined
}
