export {
  type Answer,
  type Claim,
  ENDED_STATUSES,
  type EndedStatus,
  type Escalation,
  type Question,
  type Run,
  type Task,
  TASK_STATUSES,
  type TaskCounts,
  type TaskLineage,
  type TaskStatus,
} from './task.ts'
export {
  type AskResult,
  COUNT_LIMIT,
  type NewAnswer,
  type NewQuestion,
  type NewTask,
  type Page,
  type PageOptions,
  type Pruned,
  type PrunedTask,
  type PruneOptions,
  type Settlement,
  type SettleResult,
  type TakeAnswerResult,
  type TaskChange,
  type TaskStore,
  type TransitionResult,
} from './task-store.ts'
export { createEmbeddedTaskStore, type EmbeddedTaskStoreOptions } from './adapters/embedded.ts'
export { TaskError, type TaskErrorCode } from './errors.ts'
export { isTransitionAllowed, type TaskEvent, type Transition, taskTransitions } from './transitions.ts'
