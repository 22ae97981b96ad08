import { type Memory, MEMORY_KINDS } from '@agentic/memory'
import * as v from 'valibot'
import { instant, toInstant } from './time.ts'

export const memoryKind = v.picklist(MEMORY_KINDS, `must be one of ${MEMORY_KINDS.join(', ')}`)

const content = v.pipe(
  v.string('must be text'),
  v.check((text) => text.trim() !== '', 'must not be empty'),
  v.maxLength(8_000, 'must have at most 8000 characters'),
)
const importance = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(1, 'must be at most 1'),
)
const isPinned = v.boolean('must be true or false')
const sourceType = v.picklist(['run', 'task', 'message', 'person'], 'must be run, task, message or person')
const version = v.pipe(
  v.number('must be a number'),
  v.safeInteger('must be a whole number'),
  v.minValue(0, 'must not be negative'),
)

export const newMemoryBody = v.pipe(
  v.strictObject({
    kind: v.optional(memoryKind, 'fact'),
    content,
    importance: v.optional(importance),
    isPinned: v.optional(isPinned),
    source: v.optional(
      v.strictObject({
        type: sourceType,
        id: v.pipe(
          v.string('must be text'),
          v.minLength(1, 'must not be empty'),
          v.maxLength(200, 'must have at most 200 characters'),
        ),
      }),
    ),
  }),
  v.metadata({ ref: 'NewMemory' }),
)

export const memoryPatchBody = v.pipe(
  v.strictObject({
    kind: v.optional(memoryKind),
    content: v.optional(content),
    importance: v.optional(importance),
    isPinned: v.optional(isPinned),
    version: v.optional(version),
  }),
  v.metadata({
    ref: 'MemoryPatch',
    description: 'With `version`, only when the memory is still as it was at that one',
  }),
)

export const memoryParams = v.object({ id: v.string() })

const memoryFields = {
  id: v.string(),
  agentId: v.string(),
  kind: memoryKind,
  content: v.string(),
  importance: v.number(),
  isPinned: v.boolean(),
  provenance: v.array(v.object({ type: sourceType, id: v.string(), at: instant })),
  version: v.number(),
  createdAt: instant,
  updatedAt: instant,
  lastAccessedAt: instant,
  accessCount: v.number(),
  deletion: v.optional(
    v.object({
      type: v.picklist(['requested', 'pruned', 'merged']),
      at: instant,
      reason: v.optional(v.string()),
      into: v.optional(v.string()),
    }),
  ),
}

export const memoryView = v.pipe(
  v.object(memoryFields),
  v.metadata({ ref: 'Memory', description: 'One thing that an agent remembers' }),
)

export const foundView = v.object({
  items: v.array(v.object({ ...memoryFields, score: v.number() })),
})

export const bulletinView = v.pipe(
  v.object({ text: v.string(), version: v.number(), source: v.picklist(['rendered', 'summarised']) }),
  v.metadata({
    ref: 'Bulletin',
    description: 'The short text of what an agent knows, at one version of its knowledge',
  }),
)

export function viewMemory(memory: Memory): v.InferOutput<typeof memoryView> {
  const { id, agentId, kind, content: text, importance: weight, isPinned: pinned, version: changedAt } = memory
  return {
    id,
    agentId,
    kind,
    content: text,
    importance: weight,
    isPinned: pinned,
    provenance: memory.provenance.map((source) => ({ ...source, at: toInstant(source.at) })),
    version: changedAt,
    createdAt: toInstant(memory.createdAt),
    updatedAt: toInstant(memory.updatedAt),
    lastAccessedAt: toInstant(memory.lastAccessedAt),
    accessCount: memory.accessCount,
    deletion: memory.deletion === undefined ? undefined : { ...memory.deletion, at: toInstant(memory.deletion.at) },
  }
}
