import fc from 'fast-check'
import { DEFAULT_IMPORTANCE, type MemoryKind } from '../src/index.ts'
import { DAY_MS, NOW } from './memories.ts'

/** Something that happens to a memory store. Picks are taken modulo what there is to pick from. */
export type Act =
  | { readonly type: 'pass'; readonly ms: number }
  | {
      readonly type: 'save'
      readonly agentId: string
      readonly kind: MemoryKind
      readonly content: string
      readonly source: string
    }
  | {
      readonly type: 'update'
      readonly pick: number
      readonly changes: { readonly content?: string; readonly kind?: MemoryKind; readonly isPinned?: boolean }
      /** The version it was saved with, or none. */
      readonly isConditional: boolean
    }
  | { readonly type: 'delete' | 'restore' | 'erase' | 'touch'; readonly pick: number }
  | { readonly type: 'associate'; readonly pick: number; readonly other: number; readonly weight: number }
  | { readonly type: 'dissociate'; readonly pick: number; readonly other: number }
  | { readonly type: 'maintain' | 'delete-agent'; readonly agentId: string }

const agentId = fc.constantFrom('a', 'a.b')
const kind = fc.constantFrom<MemoryKind>('observation', 'identity', 'goal')
/** Few contents, some of which differ only for those who compare letter by letter. */
const content = fc.constantFrom('tea', 'Tea.', ' tea ', 'milk', 'meets at 5', 'meets at 6')
const pick = fc.nat(20)
const optional = { requiredKeys: [] }

export const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('save' as const),
      agentId,
      kind,
      content,
      source: fc.constantFrom('r1', 'r2', 'r3'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('update' as const),
      pick,
      changes: fc.record({ content, kind, isPinned: fc.boolean() }, optional),
      isConditional: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('delete', 'restore', 'erase', 'touch'), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('associate' as const),
      pick,
      other: pick,
      weight: fc.constantFrom(0.3, 0.6, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('dissociate' as const), pick, other: pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.constantFrom(1, 20 * DAY_MS) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('maintain' as const), agentId }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete-agent' as const), agentId }) },
)

interface ModelMemory {
  readonly agentId: string
  kind: MemoryKind
  content: string
  importance: number
  isPinned: boolean
  sources: string[]
  used: number
  usedAt: number
  readonly createdAt: number
  /** How often it changed. */
  changes: number
  state: 'there' | 'requested' | 'pruned' | 'merged' | 'removed'
  goneAt: number
}

export interface MemoryModel {
  /** Does an act and answers as the store should; memories by their number. */
  perform(act: Act): string
  /** What is known of every memory ever saved, in the order of saving. */
  memories(): string[]
  /** The associations between those that are there. */
  edges(): string[]
  /** How often the knowledge of an agent changed. */
  knowledge(agentId: string): number
}

const HALF_LIVES: Partial<Record<MemoryKind, number>> = { observation: 14 * DAY_MS, goal: 90 * DAY_MS }

/** The plainest thing that behaves as a memory store should: lists that are searched from their start. */
export function createModel(): MemoryModel {
  let time = NOW
  const all: ModelMemory[] = []
  let edges: { from: number; to: number; weight: number }[] = []
  const knowledge = new Map<string, number>()

  const change = (memory: ModelMemory): void => {
    memory.changes += 1
    knowledge.set(memory.agentId, (knowledge.get(memory.agentId) ?? 0) + 1)
  }
  const chosen = (index: number): ModelMemory | undefined => all[index % all.length]
  const saying = (agent: string, what: Pick<ModelMemory, 'kind' | 'content'>): ModelMemory | undefined =>
    all.find(
      (memory) =>
        memory.state === 'there' &&
        memory.agentId === agent &&
        memory.kind === what.kind &&
        memory.content.trim() === what.content.trim(),
    )

  function maintain(agent: string): string {
    const own = all.filter((memory) => memory.agentId === agent)
    const old = own.filter(({ state, goneAt }) => !['there', 'removed'].includes(state) && time - goneAt >= 30 * DAY_MS)
    let [pruned, merged] = [0, 0]
    for (const memory of own) {
      const age = time - memory.usedAt
      const left = memory.importance * 2 ** (-age / (HALF_LIVES[memory.kind] ?? Number.POSITIVE_INFINITY))
      if (memory.state !== 'there' || memory.isPinned || memory.kind === 'identity') continue
      if (age < 30 * DAY_MS || left >= 0.1) continue
      Object.assign(memory, { state: 'pruned', goneAt: time })
      change(memory)
      pruned += 1
    }
    const plain = ({ content: text }: ModelMemory): string => text.trim().toLowerCase().replace('.', '')
    const there = own.filter(({ state }) => state === 'there')
    there.sort(
      (one, other) =>
        Number(other.isPinned) - Number(one.isPinned) ||
        other.importance - one.importance ||
        one.createdAt - other.createdAt,
    )
    for (const [index, winner] of there.entries()) {
      const losers = there
        .slice(index + 1)
        .filter((loser) => loser.state === 'there' && winner.state === 'there' && !loser.isPinned)
        .filter((loser) => loser.kind === winner.kind && plain(loser) === plain(winner))
      for (const loser of losers) {
        winner.importance = Math.max(winner.importance, loser.importance)
        winner.sources = [...new Set([...winner.sources, ...loser.sources])]
        winner.used += loser.used
        winner.usedAt = Math.max(winner.usedAt, loser.usedAt)
        Object.assign(loser, { state: 'merged', goneAt: time })
        change(loser)
        move(all.indexOf(loser), all.indexOf(winner))
        merged += 1
      }
      if (losers.length > 0) change(winner)
    }
    for (const memory of old) remove(memory)
    return [pruned, merged, old.length].join(' ')
  }

  function move(loser: number, winner: number): void {
    const moved = edges.map(({ from, to, weight }) => ({
      from: from === loser ? winner : from,
      to: to === loser ? winner : to,
      weight,
    }))
    edges = []
    for (const { from, to, weight } of moved) if (from !== to) connect(from, to, weight, true)
  }

  function connect(one: number, other: number, weight: number, keepsStronger = false): void {
    const [from, to] = [Math.min(one, other), Math.max(one, other)]
    const edge = edges.find((known) => known.from === from && known.to === to)
    if (edge === undefined) edges.push({ from, to, weight })
    else edge.weight = keepsStronger ? Math.max(edge.weight, weight) : weight
  }

  function remove(memory: ModelMemory): void {
    memory.state = 'removed'
    const index = all.indexOf(memory)
    edges = edges.filter(({ from, to }) => from !== index && to !== index)
  }

  function perform(act: Act): string {
    switch (act.type) {
      case 'pass':
        time += act.ms
        return ''
      case 'save': {
        const known = saying(act.agentId, act)
        if (known !== undefined) {
          known.sources = [...new Set([...known.sources, act.source])]
          known.usedAt = time
          return `known ${all.indexOf(known)}`
        }
        const { kind: of, content: text, agentId: agent } = act
        const instants = { usedAt: time, createdAt: time, goneAt: 0 }
        const counts = { used: 0, changes: 0 }
        const memory: ModelMemory = {
          agentId: agent,
          kind: of,
          content: text,
          importance: DEFAULT_IMPORTANCE[of],
          isPinned: false,
          sources: [act.source],
          state: 'there',
          ...instants,
          ...counts,
        }
        all.push(memory)
        change(memory)
        return `created ${all.length - 1}`
      }
      case 'update': {
        const memory = chosen(act.pick)
        if (memory?.state !== 'there') return 'not-found'
        if (act.isConditional && memory.changes > 1) return 'conflict'
        const after = { ...memory, ...act.changes }
        if (JSON.stringify(after) === JSON.stringify(memory)) return 'changed'
        const same = saying(memory.agentId, after)
        if (same !== undefined && same !== memory) return 'duplicate'
        Object.assign(memory, act.changes, { usedAt: time })
        change(memory)
        return 'changed'
      }
      case 'delete': {
        const memory = chosen(act.pick)
        if (memory?.state !== 'there') return 'not-found'
        Object.assign(memory, { state: 'requested', goneAt: time })
        change(memory)
        return 'changed'
      }
      case 'restore': {
        const memory = chosen(act.pick)
        if (memory === undefined || memory.state === 'removed') return 'not-found'
        if (memory.state === 'there') return 'changed'
        if (saying(memory.agentId, memory) !== undefined) return 'duplicate'
        Object.assign(memory, { state: 'there', usedAt: time })
        change(memory)
        return 'changed'
      }
      case 'erase': {
        const memory = chosen(act.pick)
        if (memory === undefined || memory.state === 'removed') return 'false'
        if (memory.state === 'there') change(memory)
        remove(memory)
        return 'true'
      }
      case 'touch': {
        const memory = chosen(act.pick)
        if (memory?.state === 'there') Object.assign(memory, { used: memory.used + 1, usedAt: time })
        return ''
      }
      case 'associate':
      case 'dissociate': {
        const [one, other] = [act.pick % all.length, act.other % all.length]
        const [from, to] = [all[one], all[other]]
        if (from === undefined || to === undefined || from === to) return 'none'
        if (act.type === 'associate') {
          if (from.state !== 'there' || to.state !== 'there' || from.agentId !== to.agentId) return 'not-found'
          connect(one, other, act.weight)
          return 'associated'
        }
        const count = edges.length
        edges = edges.filter((edge) => edge.from !== Math.min(one, other) || edge.to !== Math.max(one, other))
        return String(edges.length < count)
      }
      case 'maintain':
        return maintain(act.agentId)
      case 'delete-agent': {
        const own = all.filter((memory) => memory.agentId === act.agentId && memory.state !== 'removed')
        const count = own.filter(({ state }) => state === 'there').length
        for (const memory of own) remove(memory)
        knowledge.delete(act.agentId)
        return String(count)
      }
      default:
        return act satisfies never
    }
  }

  return {
    perform,
    memories: () =>
      all.map((memory) =>
        memory.state === 'removed'
          ? 'removed'
          : JSON.stringify([
              memory.kind,
              memory.content,
              memory.importance,
              memory.isPinned,
              memory.sources.toSorted(),
              memory.used,
              memory.usedAt,
              memory.state,
            ]),
      ),
    edges: () =>
      edges
        .filter(({ from, to }) => all[from]?.state === 'there' && all[to]?.state === 'there')
        .map(({ from, to, weight }) => `${from} ${to} ${weight}`)
        .toSorted(),
    knowledge: (agent) => knowledge.get(agent) ?? 0,
  }
}
