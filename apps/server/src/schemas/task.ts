import { type Answer, type Escalation, type NewTask, type Run, type Task, TASK_STATUSES } from '@agentic/tasks'
import { workerSpecSchema } from '@agentic/worker'
import { blockEvidenceSchema, blockReasonSchema, type Json, jsonSchema } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { outcomeView, viewOutcome } from './outcome.ts'
import { durationInput, instant, instantInput, toInstant, toOptionalInstant } from './time.ts'

export const taskStatus = v.picklist(TASK_STATUSES, `must be one of ${TASK_STATUSES.join(', ')}`)

const questionView = v.object({
  id: v.string(),
  type: v.picklist(['question', 'permission']),
  text: v.string(),
  details: v.optional(jsonSchema),
  runId: v.string(),
  askedAt: instant,
})

const answerView = v.object({ questionId: v.string(), value: jsonSchema, answeredAt: instant })

export const taskView = v.pipe(
  v.object({
    id: v.string(),
    agentId: v.string(),
    title: v.string(),
    worker: jsonSchema,
    input: v.optional(jsonSchema),
    status: taskStatus,
    priority: v.number(),
    notBefore: v.optional(instant),
    readyAt: v.optional(instant),
    dependsOn: v.array(v.string()),
    wallClockSecs: v.optional(v.number()),
    attempts: v.number(),
    maxAttempts: v.number(),
    lineage: v.optional(
      v.object({ parentId: v.optional(v.string()), hops: v.number(), source: v.optional(v.string()) }),
    ),
    outcome: v.optional(outcomeView),
    runId: v.optional(v.string()),
    isCancelling: v.optional(v.literal(true)),
    waiting: v.optional(questionView),
    answer: v.optional(answerView),
    note: v.optional(v.string()),
    createdAt: instant,
    updatedAt: instant,
  }),
  v.metadata({ ref: 'Task', description: 'A unit of work for one agent, with the outcome of its last run' }),
)

export const runView = v.pipe(
  v.object({
    id: v.string(),
    taskId: v.string(),
    agentId: v.string(),
    number: v.number(),
    status: v.picklist(['running', 'ended']),
    outcome: v.optional(outcomeView),
    usage: v.optional(jsonSchema),
    transcript: v.optional(v.string()),
    startedAt: instant,
    endedAt: v.optional(instant),
  }),
  v.metadata({ ref: 'Run', description: 'One attempt at a task' }),
)

export const escalationView = v.pipe(
  v.object({
    taskId: v.string(),
    agentId: v.string(),
    runId: v.string(),
    title: v.string(),
    type: v.picklist(['blocked', 'question', 'permission']),
    block: v.optional(blockReasonSchema),
    url: v.optional(v.string()),
    evidence: v.optional(blockEvidenceSchema),
    question: v.optional(v.object({ id: v.string(), text: v.string(), details: v.optional(jsonSchema) })),
    createdAt: instant,
  }),
  v.metadata({ ref: 'Escalation', description: 'A task that waits for a person: it is blocked, or its run asked' }),
)

const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  )

/** What a task is made of, in a request or in a cron job. */
export const taskFields = {
  title: v.pipe(
    v.string('must be text'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(500, 'must have at most 500 characters'),
  ),
  worker: workerSpecSchema,
  input: v.optional(jsonSchema),
  priority: v.optional(wholeNumber(-1_000_000, 1_000_000)),
  wallClockSecs: v.optional(durationInput),
  maxAttempts: v.optional(wholeNumber(1, 1000)),
}

export const newTaskBody = v.pipe(
  v.strictObject({
    ...taskFields,
    notBefore: v.optional(instantInput),
    requiresApproval: v.optional(v.boolean('must be true or false')),
    dependsOn: v.optional(
      v.pipe(v.array(v.string('must be the id of a task')), v.maxLength(100, 'must name at most 100 tasks')),
    ),
  }),
  v.metadata({ ref: 'NewTask' }),
)

export const cancelBody = v.strictObject({
  reason: v.optional(v.pipe(v.string(), v.maxLength(2000, 'must have at most 2000 characters'))),
})

export const resolveBody = v.strictObject({
  action: v.picklist(['retry', 'abandon'], 'must be retry or abandon'),
  note: v.optional(v.pipe(v.string(), v.maxLength(2000, 'must have at most 2000 characters'))),
})

export const answerBody = v.strictObject({
  answer: v.pipe(
    jsonSchema,
    v.check((value) => JSON.stringify(value).length <= 65_536, 'must be at most 65536 bytes of JSON'),
  ),
  questionId: v.optional(v.string('must be text')),
})

export const taskParams = v.object({ id: v.string() })

/** Reads the body of a request into a new task. */
export function readNewTask(agentId: string, body: v.InferOutput<typeof newTaskBody>): NewTask {
  const { wallClockSecs, worker, ...rest } = body
  return { ...rest, agentId, worker: worker as Json, wallClockMs: wallClockSecs }
}

export function viewTask(task: Task): v.InferOutput<typeof taskView> {
  const {
    revision: _revision,
    wallClockMs,
    notBefore,
    readyAt,
    outcome,
    createdAt,
    updatedAt,
    dependsOn,
    waiting,
    answer,
    ...rest
  } = task
  return {
    ...rest,
    waiting: waiting === undefined ? undefined : { ...waiting, askedAt: toInstant(waiting.askedAt) },
    answer: answer === undefined ? undefined : viewAnswer(answer),
    dependsOn: [...dependsOn],
    notBefore: toOptionalInstant(notBefore),
    readyAt: toOptionalInstant(readyAt),
    wallClockSecs: wallClockMs === undefined ? undefined : wallClockMs / 1000,
    outcome: outcome === undefined ? undefined : viewOutcome(outcome),
    createdAt: toInstant(createdAt),
    updatedAt: toInstant(updatedAt),
  }
}

function viewAnswer({ question, value, answeredAt }: Answer): v.InferOutput<typeof answerView> {
  return { questionId: question.id, value, answeredAt: toInstant(answeredAt) }
}

export function viewRun(run: Run): v.InferOutput<typeof runView> {
  const { id, taskId, agentId, number, status, outcome, usage, transcript, startedAt, endedAt } = run
  return {
    id,
    taskId,
    agentId,
    number,
    status,
    outcome: outcome === undefined ? undefined : viewOutcome(outcome),
    usage,
    transcript,
    startedAt: toInstant(startedAt),
    endedAt: toOptionalInstant(endedAt),
  }
}

export function viewEscalation(escalation: Escalation): v.InferOutput<typeof escalationView> {
  const { taskId, agentId, runId, title, type, createdAt } = escalation
  const view = { taskId, agentId, runId, title, type, createdAt: toInstant(createdAt) }
  if (escalation.type !== 'blocked') {
    const { id, text, details } = escalation.question
    return { ...view, question: { id, text, details } }
  }
  const { block, url, evidence } = escalation.outcome
  return { ...view, block, url, evidence }
}
