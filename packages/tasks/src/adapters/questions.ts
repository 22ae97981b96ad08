import { randomUUID } from 'node:crypto'
import { parseAnswer, parseQuestion } from '../requests.ts'
import type { TaskStore, TransitionResult } from '../task-store.ts'
import type { Answer, Claim, Question, Task, TaskStatus } from '../task.ts'
import { type TaskEvent, taskTransitions } from '../transitions.ts'
import { answerRecord, askRecord, takeAnswerRecord, type TaskRecord } from './record.ts'
import { present } from '../present.ts'
import type { RecordChange } from './rows.ts'

/** What asking needs of the store around it. */
export interface QuestionsOptions {
  readonly inTurn: <Result>(agentId: string, work: () => Promise<Result>) => Promise<Result>
  readonly held: (claim: Claim) => Promise<TaskRecord | undefined>
  readonly commit: (agentId: string, changes: readonly RecordChange[]) => Promise<void>
  readonly changeBy: (
    taskId: string,
    event: (task: Task) => TaskEvent | undefined,
    next: (record: TaskRecord, at: number) => TaskRecord | Promise<TaskRecord>,
  ) => Promise<TransitionResult>
  readonly reopen: (
    record: TaskRecord,
    event: 'answer-blocked',
    at: number,
    given: Partial<Task>,
  ) => Promise<TaskRecord>
  readonly now: () => number
}

/** Makes the part of a task store that has runs ask a person. */
export function createQuestions({
  inTurn,
  held,
  commit,
  changeBy,
  reopen,
  now,
}: QuestionsOptions): Pick<TaskStore, 'ask' | 'answer' | 'takeAnswer'> {
  return {
    async ask(claim, asked) {
      const accepted = parseQuestion(asked)
      return inTurn(claim.task.agentId, async () => {
        const before = await held(claim)
        if (before === undefined) return { type: 'lost' }
        const { waiting, answer } = before.task
        if (waiting !== undefined) return { type: 'waiting', question: waiting }
        if (answer !== undefined) return { type: 'answered', answer }
        const question: Question = present({ ...accepted, id: newQuestionId(), runId: claim.run.id, askedAt: now() })
        const after = askRecord(before, question)
        await commit(after.task.agentId, [{ before, after }])
        return { type: 'asked', task: after.task, question }
      })
    },

    async answer(taskId, given) {
      const { value, questionId } = parseAnswer(given)
      const eventOf = ({ status, waiting, isCancelling }: Task): TaskEvent | undefined => {
        // Of one that is being cancelled nobody would take it.
        if (waiting === undefined || isCancelling || (questionId !== undefined && waiting.id !== questionId))
          return undefined
        return status === 'blocked' ? 'answer-blocked' : 'answer'
      }
      return changeBy(taskId, eventOf, (record, at) => {
        const answer: Answer = { question: record.task.waiting as Question, value, answeredAt: at }
        if (record.task.status === 'blocked') return reopen(record, 'answer-blocked', at, { answer })
        return answerRecord(record, answer)
      })
    },

    async takeAnswer(claim) {
      return inTurn(claim.task.agentId, async () => {
        const before = await held(claim)
        if (before === undefined) return { type: 'lost' }
        const { answer } = before.task
        if (answer === undefined) return { type: 'none' }
        const after = takeAnswerRecord(before, now())
        await commit(after.task.agentId, [{ before, after }])
        return { type: 'taken', answer, task: after.task }
      })
    },
  }
}

/** Where a question may be answered; that one waits is asked beside. */
export const ANSWERABLE: readonly TaskStatus[] = [
  ...taskTransitions.answer.from,
  ...taskTransitions['answer-blocked'].from,
]

function newQuestionId(): string {
  return `question_${randomUUID()}`
}
