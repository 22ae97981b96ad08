import * as v from 'valibot'
import { MemoryError } from './errors.ts'

const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

export const agentIdSchema: v.GenericSchema<unknown, string> = v.pipe(
  v.string('must be text'),
  v.regex(AGENT_ID, 'must be 1 to 128 of the characters A-Z a-z 0-9 . _ : -, beginning with a letter or a digit'),
)

export function parseAgentId(agentId: unknown): string {
  return parse(agentIdSchema, agentId, 'agentId')
}

export function textField(shortest: number, longest: number): v.GenericSchema<unknown, string> {
  return v.pipe(
    v.string('must be text'),
    v.check((text) => text.trim().length >= shortest, 'must not be empty'),
    v.check((text) => text.length <= longest, `must be at most ${longest} characters long`),
    v.check((text) => text.isWellFormed(), 'must be well-formed Unicode, without lone surrogates'),
  )
}

export function numberField(smallest: number, largest: number): v.GenericSchema<unknown, number> {
  const message = `must be a number from ${smallest} to ${largest}`
  return v.pipe(v.number(message), v.minValue(smallest, message), v.maxValue(largest, message))
}

export function wholeNumber(smallest: number, largest: number): v.GenericSchema<unknown, number> {
  const message = `must be a whole number from ${smallest} to ${largest}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(smallest, message), v.maxValue(largest, message))
}

export function oneOf<const Choices extends readonly string[]>(
  choices: Choices,
): v.GenericSchema<unknown, Choices[number]> {
  return v.picklist(choices, `must be one of ${choices.join(', ')}`)
}

/** Message of an object that lacks a field, has one too many, or is none. */
export function objectMessage(issue: v.StrictObjectIssue): string {
  if (issue.expected === 'never') return 'is not a known field: remove it or correct its name'
  return issue.expected === 'Object' ? 'must be an object' : 'is required'
}

/** Returns what the schema makes of `input`; throws MEMORY_INVALID naming every wrong field under `what`. */
export function parse<Output>(schema: v.GenericSchema<unknown, Output>, input: unknown, what: string): Output {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? what}: ${issue.message}`)
  throw new MemoryError('MEMORY_INVALID', problems.join('; '), { field: v.getDotPath(result.issues[0]) ?? what })
}
