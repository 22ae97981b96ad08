import { jsonSchema } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { TaskError } from './errors.ts'

/** A task is read and written whole, so what it carries is bounded; larger things belong behind a reference. */
const MOST_JSON_BYTES = 1_048_576

const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

export const agentIdSchema: v.GenericSchema<unknown, string> = v.pipe(
  v.string('must be text'),
  v.regex(AGENT_ID, 'must be 1 to 128 of the characters A-Z a-z 0-9 . _ : -, beginning with a letter or a digit'),
)

export const jsonField: typeof jsonSchema = v.pipe(
  jsonSchema,
  v.check(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= MOST_JSON_BYTES,
    `must be at most ${MOST_JSON_BYTES} bytes as JSON; keep large data elsewhere and pass a reference to it`,
  ),
)

export function textField(shortest: number, longest: number): v.GenericSchema<unknown, string> {
  return v.pipe(
    v.string('must be text'),
    v.check((text) => text.length >= shortest, 'must not be empty'),
    v.check((text) => text.length <= longest, `must be at most ${longest} characters long`),
  )
}

export function wholeNumber(smallest: number, largest: number): v.GenericSchema<unknown, number> {
  const message = `must be a whole number from ${smallest} to ${largest}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(smallest, message), v.maxValue(largest, message))
}

/** Message of an object that lacks a field, has one too many, or is none. */
export function objectMessage(issue: v.StrictObjectIssue): string {
  if (issue.expected === 'never') return 'is not a known field: remove it or correct its name'
  return issue.expected === 'Object' ? 'must be an object' : 'is required'
}

/** Returns what the schema makes of `input`; throws TASK_INVALID naming every wrong field under `what`. */
export function parse<Output>(schema: v.GenericSchema<unknown, Output>, input: unknown, what: string): Output {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? what}: ${issue.message}`)
  throw new TaskError('TASK_INVALID', problems.join('; '), { field: v.getDotPath(result.issues[0]) ?? what })
}
