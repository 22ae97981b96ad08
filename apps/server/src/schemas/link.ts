import { agentIdSchema } from '@agentic/agents'
import { type Link, LINK_DIRECTIONS, LINK_KINDS, type NewLink } from '@agentic/links'
import * as v from 'valibot'
import { instant, msOfSecs, toInstant } from './time.ts'

const direction = v.picklist(LINK_DIRECTIONS, `must be one of ${LINK_DIRECTIONS.join(', ')}`)
const kind = v.picklist(LINK_KINDS, `must be one of ${LINK_KINDS.join(', ')}`)

const rateLimit = v.strictObject({
  messages: v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(1, 'must be at least 1'),
    v.maxValue(100_000, 'must be at most 100000'),
  ),
  perSecs: v.pipe(
    v.number('must be a number of seconds'),
    v.minValue(1, 'must be at least 1 second'),
    v.maxValue(86_400, 'must be at most 86400 seconds'),
  ),
})

export const newLinkBody = v.pipe(
  v.strictObject({
    from: agentIdSchema,
    to: agentIdSchema,
    direction: v.optional(direction),
    kind: v.optional(kind),
    requiresApproval: v.optional(v.boolean('must be true or false')),
    rateLimit: v.optional(rateLimit),
  }),
  v.metadata({ ref: 'NewLink' }),
)

export const linkView = v.pipe(
  v.object({
    from: v.string(),
    to: v.string(),
    direction,
    kind,
    requiresApproval: v.boolean(),
    rateLimit,
    createdAt: instant,
  }),
  v.metadata({
    ref: 'Link',
    description: 'Lets `from` hand work to `to`, and the other way round where it is two-way',
  }),
)

export const newMessageBody = v.pipe(
  v.strictObject({
    to: agentIdSchema,
    message: v.pipe(
      v.string('must be text'),
      v.check((text) => text.trim() !== '', 'must not be empty'),
      v.maxLength(100_000, 'must have at most 100000 characters'),
      v.check((text) => text.isWellFormed(), 'must be well-formed Unicode'),
    ),
    parentTaskId: v.optional(
      v.pipe(
        v.string('must be the id of a task of the sender'),
        v.check((text) => text.trim() !== '', 'must not be empty'),
        v.maxLength(200, 'must have at most 200 characters'),
      ),
    ),
  }),
  v.metadata({ ref: 'NewMessage' }),
)

export function readNewLink({ rateLimit: limit, ...rest }: v.InferOutput<typeof newLinkBody>): NewLink {
  if (limit === undefined) return rest
  return { ...rest, rateLimit: { messages: limit.messages, perMs: msOfSecs(limit.perSecs) } }
}

export function viewLink(link: Link): v.InferOutput<typeof linkView> {
  const { rateLimit: limit, createdAt, ...rest } = link
  const { messages, perMs } = limit
  return { ...rest, rateLimit: { messages, perSecs: perMs / 1000 }, createdAt: toInstant(createdAt) }
}
