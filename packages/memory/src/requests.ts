import * as v from 'valibot'
import { LONGEST_CONTENT } from './content.ts'
import { ASSOCIATION_KINDS, type AssociationKind, DEFAULT_IMPORTANCE, type Memory, MEMORY_KINDS } from './memory.ts'
import type { Bulletin, ListOptions, MemoryChanges, MemoryVector, NewMemory } from './memory-store.ts'
import { isMemoryId } from './memory-id.ts'
import { agentIdSchema, numberField, objectMessage, oneOf, parse, textField, wholeNumber } from './validation.ts'

const MOST_TOUCHED = 100
const MOST_ON_A_PAGE = 500
const MOST_DIMENSIONS = 8192
const LONGEST_BULLETIN = 100_000

/** A new memory with every default filled in. */
export type AcceptedMemory = NewMemory & { readonly importance: number; readonly isPinned: boolean }

const kind = oneOf(MEMORY_KINDS)
const content = textField(1, LONGEST_CONTENT)
const importance = numberField(0, 1)
const flag = v.boolean('must be true or false')
const version = v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER))
const memoryId = v.pipe(
  v.string('must be text'),
  v.check((text) => isMemoryId(text), 'must be the id of a memory, as `save` answered it'),
)

const source = v.strictObject(
  { type: oneOf(['run', 'task', 'message', 'person']), id: textField(1, 200) },
  objectMessage,
)

const newMemorySchema = v.strictObject(
  {
    agentId: agentIdSchema,
    kind,
    content,
    importance: v.optional(importance),
    isPinned: v.optional(flag, false),
    source: v.optional(source),
  },
  objectMessage,
)

/** Checks a new memory and fills in its defaults; throws MEMORY_INVALID naming every wrong field. */
export function parseNewMemory(input: unknown): AcceptedMemory {
  const accepted = parse(newMemorySchema, input, 'memory')
  return { ...accepted, importance: accepted.importance ?? DEFAULT_IMPORTANCE[accepted.kind] }
}

const changesSchema = v.strictObject(
  {
    kind: v.optional(kind),
    content: v.optional(content),
    importance: v.optional(importance),
    isPinned: v.optional(flag),
  },
  objectMessage,
)

/** The changes that are there. */
export function parseChanges(changes: unknown): Partial<Pick<Memory, keyof MemoryChanges>> {
  const given = Object.entries(parse(changesSchema, changes, 'changes')).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given)
}

const conditionSchema = v.strictObject({ version, reason: v.optional(textField(0, 2000)) }, objectMessage)

export function parseCondition(condition: unknown): {
  readonly version?: number | undefined
  readonly reason?: string | undefined
} {
  return parse(conditionSchema, condition, 'condition')
}

const cursorMessage = 'must be the `nextCursor` of a page of this list; leave it out for the first page'

const listSchema = v.strictObject(
  {
    kind: v.optional(kind),
    deleted: v.optional(flag, false),
    limit: v.optional(wholeNumber(1, MOST_ON_A_PAGE), 50),
    cursor: v.optional(
      v.pipe(
        v.string(cursorMessage),
        v.check((text) => isMemoryId(text), cursorMessage),
      ),
    ),
  },
  objectMessage,
)

export function parseListOptions(
  options: unknown,
): ListOptions & { readonly deleted: boolean; readonly limit: number } {
  return parse(listSchema, options, 'options')
}

const pageSchema = v.strictObject(
  {
    after: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER - 1), 0),
    limit: v.optional(wholeNumber(1, MOST_ON_A_PAGE), MOST_ON_A_PAGE),
  },
  objectMessage,
)

export function parseChangesPage(options: unknown): { readonly after: number; readonly limit: number } {
  return parse(pageSchema, options, 'options')
}

const touchedSchema = v.pipe(
  v.array(v.string('must be text'), 'must be a list of memory ids'),
  v.maxLength(MOST_TOUCHED, `must name at most ${MOST_TOUCHED} memories`),
)

export function parseTouched(memoryIds: unknown): readonly string[] {
  return [...new Set(parse(touchedSchema, memoryIds, 'memoryIds'))]
}

const kinds = oneOf(Object.keys(ASSOCIATION_KINDS) as [AssociationKind, ...AssociationKind[]])
const ends = { from: memoryId, to: memoryId, kind: kinds }
const weight = v.pipe(
  numberField(0, 1),
  v.check((number) => number > 0, 'must be above 0; use `dissociate` to take an edge away'),
)

const edgeSchema = v.pipe(
  v.strictObject({ ...ends, weight: v.optional(weight, 0.5) }, objectMessage),
  v.forward(
    v.check(({ from, to }) => from !== to, 'must be another memory than `from`'),
    ['to'],
  ),
)

export function parseAssociation(association: unknown): {
  readonly from: string
  readonly to: string
  readonly kind: AssociationKind
  readonly weight: number
} {
  return parse(edgeSchema, association, 'association')
}

const modelSchema = textField(1, 200)

const vectorSchema = v.pipe(
  v.instance(Float32Array, 'must be a Float32Array'),
  v.check(
    (values) => values.length > 0 && values.length <= MOST_DIMENSIONS && values.every(Number.isFinite),
    `must hold 1 to ${MOST_DIMENSIONS} finite numbers`,
  ),
)

export function parseVectors(
  model: unknown,
  vectors: readonly MemoryVector[],
): { readonly model: string; readonly vectors: readonly MemoryVector[] } {
  for (const [index, { values }] of vectors.entries()) parse(vectorSchema, values, `vectors.${index}.values`)
  return { model: parse(modelSchema, model, 'model'), vectors }
}

const wholeVersion = wholeNumber(0, Number.MAX_SAFE_INTEGER)

const bulletinSchema = v.strictObject(
  {
    text: textField(0, LONGEST_BULLETIN),
    version: wholeVersion,
    source: oneOf(['rendered', 'summarised']),
    asked: v.optional(v.strictObject({ at: v.number('must be an instant'), version: wholeVersion }, objectMessage)),
  },
  objectMessage,
)

export function parseBulletin(bulletin: unknown): Bulletin {
  return parse(bulletinSchema, bulletin, 'bulletin')
}
