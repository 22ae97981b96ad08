import * as v from 'valibot'
import { LinkError } from './errors.ts'
import { LINK_DIRECTIONS, LINK_KINDS, type Link } from './link.ts'
import type { LinkPageOptions, NewLink } from './link-store.ts'

const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/
const DEFAULT_RATE_LIMIT = { messages: 60, perMs: 60_000 }
const DAY_MS = 86_400_000

export const agentIdSchema: v.GenericSchema<unknown, string> = v.pipe(
  v.string('must be text'),
  v.regex(AGENT_ID, 'must be 1 to 128 of the characters A-Z a-z 0-9 . _ : -, beginning with a letter or a digit'),
)

export function wholeNumber(smallest: number, largest: number): v.GenericSchema<unknown, number> {
  const message = `must be a whole number from ${smallest} to ${largest}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(smallest, message), v.maxValue(largest, message))
}

export function objectMessage(issue: v.StrictObjectIssue): string {
  if (issue.expected === 'never') return 'is not a known field: remove it or correct its name'
  return issue.expected === 'Object' ? 'must be an object' : 'is required'
}

const newLinkSchema = v.pipe(
  v.strictObject(
    {
      from: agentIdSchema,
      to: agentIdSchema,
      direction: v.optional(v.picklist(LINK_DIRECTIONS, `must be one of ${LINK_DIRECTIONS.join(', ')}`), 'one-way'),
      kind: v.optional(v.picklist(LINK_KINDS, `must be one of ${LINK_KINDS.join(', ')}`), 'peer'),
      requiresApproval: v.optional(v.boolean('must be true or false'), false),
      rateLimit: v.optional(
        v.strictObject({ messages: wholeNumber(1, 100_000), perMs: wholeNumber(1000, DAY_MS) }, objectMessage),
        DEFAULT_RATE_LIMIT,
      ),
    },
    objectMessage,
  ),
  v.forward(
    v.partialCheck([['from'], ['to']], ({ from, to }) => from !== to, 'must be another agent than `from`'),
    ['to'],
  ),
)

const pageSchema = v.strictObject(
  {
    agentId: v.optional(agentIdSchema),
    limit: v.optional(wholeNumber(1, 500), 50),
    cursor: v.optional(v.pipe(v.string(), v.regex(/^[^\0~]+~[^\0~]+$/, 'must be the `nextCursor` of a page'))),
  },
  objectMessage,
)

export function parseNewLink(link: NewLink): Omit<Link, 'createdAt'> {
  return parse(newLinkSchema, link, 'link')
}

export function parsePage(options: LinkPageOptions): LinkPageOptions & { readonly limit: number } {
  return parse(pageSchema, options, 'options')
}

export function parseAgentId(agentId: unknown, field: string): string {
  return parse(agentIdSchema, agentId, field)
}

/** Returns what the schema makes of `input`; throws LINK_INVALID naming the first wrong field. */
export function parse<Output>(schema: v.GenericSchema<unknown, Output>, input: unknown, what: string): Output {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new LinkError('LINK_INVALID', v.getDotPath(issue) ?? what, issue.message)
}
