export {
  type Claim,
  type Escalation,
  type Run,
  type Task,
  TASK_STATUSES,
  type TaskLineage,
  type TaskStatus,
} from './task.ts'
export type {
  NewTask,
  Page,
  PageOptions,
  Settlement,
  SettleResult,
  TaskChange,
  TaskStore,
  TransitionResult,
} from './task-store.ts'
export { createEmbeddedTaskStore, type EmbeddedTaskStoreOptions } from './adapters/embedded.ts'
export { TaskError, type TaskErrorCode } from './errors.ts'
export { isTransitionAllowed, type TaskEvent, type Transition, taskTransitions } from './transitions.ts'
