import { workerOutcomeSchema } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { isTaskId } from './ids.ts'
import type { NewAnswer, NewQuestion, PruneOptions, Settlement } from './task-store.ts'
import { ENDED_STATUSES, type EndedStatus, TASK_STATUSES, type TaskStatus } from './task.ts'
import { agentIdSchema, jsonField, objectMessage, parse, textField, wholeNumber } from './validation.ts'

const LONGEST_LEASE_MS = 86_400_000
const LONGEST_NOTE = 2000
const LONGEST_QUESTION = 10_000
const MOST_PRUNED = 1000

const leaseSchema = v.strictObject({ leaseMs: wholeNumber(1, LONGEST_LEASE_MS) }, objectMessage)
const noteSchema = v.optional(textField(0, LONGEST_NOTE))
const statusSchema = v.optional(v.picklist(TASK_STATUSES, `must be one of ${TASK_STATUSES.join(', ')}`))
export interface Resolution {
  readonly action: 'retry' | 'abandon'
  readonly note?: string | undefined
}

const resolutionSchema: v.GenericSchema<unknown, Resolution> = v.strictObject(
  { action: v.picklist(['retry', 'abandon'], 'must be `retry` or `abandon`'), note: noteSchema },
  objectMessage,
)
const settlementSchema = v.strictObject(
  { outcome: workerOutcomeSchema, usage: v.optional(jsonField), transcript: v.optional(textField(0, 2000)) },
  objectMessage,
)

const questionSchema = v.strictObject(
  {
    type: v.optional(v.picklist(['question', 'permission'], 'must be `question` or `permission`'), 'question'),
    text: textField(1, LONGEST_QUESTION),
    details: v.optional(jsonField),
  },
  objectMessage,
)

const answerSchema = v.strictObject({ value: jsonField, questionId: v.optional(textField(1, 100)) }, objectMessage)

const pruneSchema = v.strictObject(
  {
    endedBefore: wholeNumber(0, Number.MAX_SAFE_INTEGER),
    statuses: v.optional(
      v.array(v.picklist(ENDED_STATUSES, `must be one of ${ENDED_STATUSES.join(', ')}`), 'must be a list of statuses'),
      [...ENDED_STATUSES],
    ),
    limit: v.optional(wholeNumber(1, MOST_PRUNED), 256),
    mayRemove: v.optional(
      v.custom<NonNullable<PruneOptions['mayRemove']>>((value) => typeof value === 'function', 'must be a function'),
    ),
    cursor: v.optional(
      v.pipe(
        v.string('must be text'),
        v.check((text) => isTaskId(text), 'must be the `nextCursor` of an earlier call; leave it out to begin'),
      ),
    ),
  },
  objectMessage,
)

export function parseAgentId(agentId: unknown): string {
  return parse(agentIdSchema, agentId, 'agentId')
}

export function parseLease(lease: unknown): number {
  return parse(leaseSchema, lease, 'lease').leaseMs
}

export function parseStatus(status: unknown): TaskStatus | undefined {
  return parse(statusSchema, status, 'status')
}

export function parseText(field: string, text: unknown): string | undefined {
  return parse(noteSchema, text, field)
}

export function parseResolution(resolution: unknown): Resolution {
  return parse(resolutionSchema, resolution, 'resolution')
}

export function parseQuestion(question: unknown): NewQuestion & { readonly type: 'question' | 'permission' } {
  return parse(questionSchema, question, 'question')
}

export function parseAnswer(answer: unknown): NewAnswer {
  return parse(answerSchema, answer, 'answer')
}

/** {@link PruneOptions} with every default filled in. */
export interface AcceptedPrune {
  readonly endedBefore: number
  readonly statuses: readonly EndedStatus[]
  readonly limit: number
  readonly cursor?: string | undefined
  readonly mayRemove?: PruneOptions['mayRemove']
}

export function parsePrune(options: unknown): AcceptedPrune {
  return parse(pruneSchema, options, 'options')
}

export function parseSettlement(settlement: unknown): Settlement {
  return parse(settlementSchema, settlement, 'settlement')
}
