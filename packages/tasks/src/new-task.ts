import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { isTaskId } from './ids.ts'
import { present } from './present.ts'
import type { NewTask } from './task-store.ts'
import { agentIdSchema, jsonField, objectMessage, parse, textField, wholeNumber } from './validation.ts'

/** Priorities reach this far to both sides of 0. */
export const PRIORITY_LIMIT = 1_000_000

/** The last instant a Date can hold. */
const LAST_INSTANT = 8_640_000_000_000_000
/** The longest wait that a timer of Node.js can hold. */
const LONGEST_TIMER_MS = 2_147_483_647
const MOST_DEPENDENCIES = 100

/** A new task with every default filled in. */
export type AcceptedTask = NewTask & {
  readonly priority: number
  readonly requiresApproval: boolean
  readonly maxAttempts: number
  readonly dependsOn: readonly string[]
}

const taskId = v.pipe(
  v.string('must be text'),
  v.check((text) => isTaskId(text), 'must be the id of a task, as `create` answered it'),
)

const dependencies = v.pipe(
  v.array(taskId, 'must be a list of task ids'),
  v.maxLength(MOST_DEPENDENCIES, `must name at most ${MOST_DEPENDENCIES} tasks`),
  v.check((ids) => new Set(ids).size === ids.length, 'must name each task once'),
)

const lineage = v.strictObject(
  {
    parentId: v.optional(textField(1, 200)),
    hops: wholeNumber(0, 1000),
    source: v.optional(textField(1, 500)),
  },
  objectMessage,
)

const idempotencyKey = v.pipe(
  textField(1, 255),
  v.check((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not hold control characters'),
)

const newTaskSchema = v.strictObject(
  {
    agentId: agentIdSchema,
    title: textField(1, 500),
    worker: jsonField,
    input: v.optional(jsonField),
    priority: v.optional(wholeNumber(-PRIORITY_LIMIT, PRIORITY_LIMIT), 0),
    notBefore: v.optional(wholeNumber(0, LAST_INSTANT)),
    requiresApproval: v.optional(v.boolean('must be true or false'), false),
    wallClockMs: v.optional(wholeNumber(1000, LONGEST_TIMER_MS)),
    maxAttempts: v.optional(wholeNumber(1, 1000), 3),
    dependsOn: v.optional(dependencies, []),
    lineage: v.optional(lineage),
    idempotencyKey: v.optional(idempotencyKey),
  },
  objectMessage,
)

/** Checks a new task and fills in its defaults; throws TASK_INVALID naming every wrong field. */
export function parseNewTask(input: unknown): AcceptedTask {
  return present(parse(newTaskSchema, input, 'task'))
}

/** Says in a hash what a task asks for: equal for equal content, whatever the order of its fields. */
export function fingerprintOf(accepted: AcceptedTask): string {
  const content = { ...accepted, idempotencyKey: undefined }
  return createHash('sha256').update(JSON.stringify(content, sortFields)).digest('base64url')
}

function sortFields(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
