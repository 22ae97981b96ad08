import type { TaskStatus } from './task.ts'

/** What can happen to a task. */
export type TaskEvent =
  /** A person lets it begin. */
  | 'approve'
  /** The last of its dependencies was done. */
  | 'release'
  | 'claim'
  /** Its run ended. */
  | 'settle'
  | 'cancel'
  | 'retry'
  /** A person answered its escalation. */
  | 'resolve-retry'
  | 'resolve-abandon'
  /** Its run asks a person, and waits. */
  | 'ask'
  /** A person answers while the run that asked waits. */
  | 'answer'
  /** A person answers after the run that asked was lost. */
  | 'answer-blocked'
  /** A run takes what was answered. */
  | 'take-answer'

export interface Transition {
  readonly from: readonly TaskStatus[]
  readonly to: readonly TaskStatus[]
}

/** Every way a task's status may change; what is not here is refused. */
export const taskTransitions: Readonly<Record<TaskEvent, Transition>> = {
  approve: { from: ['pending-approval'], to: ['ready', 'backlog'] },
  release: { from: ['backlog'], to: ['ready'] },
  claim: { from: ['ready'], to: ['in-progress'] },
  settle: { from: ['in-progress'], to: ['done', 'blocked', 'failed', 'cancelled', 'ready'] },
  cancel: { from: ['pending-approval', 'backlog', 'ready', 'blocked'], to: ['cancelled'] },
  retry: { from: ['done', 'failed', 'cancelled'], to: ['ready', 'backlog'] },
  'resolve-retry': { from: ['blocked'], to: ['ready', 'backlog'] },
  'resolve-abandon': { from: ['blocked'], to: ['cancelled'] },
  ask: { from: ['in-progress'], to: ['in-progress'] },
  answer: { from: ['in-progress'], to: ['in-progress'] },
  'answer-blocked': { from: ['blocked'], to: ['ready', 'backlog'] },
  'take-answer': { from: ['in-progress'], to: ['in-progress'] },
}

/** Says whether an event may move a task from one status to another. */
export function isTransitionAllowed(event: TaskEvent, from: TaskStatus, to: TaskStatus): boolean {
  const transition = taskTransitions[event]
  return transition.from.includes(from) && transition.to.includes(to)
}
