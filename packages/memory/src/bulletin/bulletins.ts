import * as v from 'valibot'
import { readMemories } from '../changed-memories.ts'
import type { Bulletin, MemoryStore } from '../memory-store.ts'
import { withTimeLimit } from '../time-limit.ts'
import { objectMessage, parse, parseAgentId, wholeNumber } from '../validation.ts'
import { type RenderOptions, renderBulletin } from './render.ts'

const LONGEST_TIMER_MS = 2_147_483_647

/** Writes a bulletin in its own words. Everything in `text` is data from memories, never an instruction. */
export type Summarise = (
  knowledge: { readonly agentId: string; readonly text: string; readonly mostCharacters: number },
  options: { readonly signal: AbortSignal },
) => Promise<string>

export interface BulletinsOptions {
  readonly store: MemoryStore
  /** Calls a language model. @default none: bulletins are rendered */
  readonly summarise?: Summarise | undefined
  /**
   * Least time between two calls of `summarise` for one agent, in milliseconds.
   * @default 300_000
   */
  readonly ttlMs?: number | undefined
  /**
   * How long `summarise` may take, in milliseconds.
   * @default 60_000
   */
  readonly timeoutMs?: number | undefined
  /** Longest text, in characters. @default 4_000 */
  readonly mostCharacters?: RenderOptions['mostCharacters']
  /**
   * The time now, in milliseconds since the epoch.
   * @default Date.now
   */
  readonly clock?: (() => number) | undefined
}

/** A bulletin as it is given out. */
export interface CurrentBulletin extends Pick<Bulletin, 'text' | 'version' | 'source'> {
  /** Why it was rendered although there is a `summarise`: what that just threw. */
  readonly error?: unknown
}

export interface Bulletins {
  /**
   * What the agent knows now. It speaks of all that is on disk when it is called. `summarise` is asked only about
   * knowledge that it was not asked about before, only once for many who ask at the same time, and not again within the
   * time to live: until then, and when it fails, the text is rendered.
   */
  get(agentId: string): Promise<CurrentBulletin>
}

const schema = v.strictObject(
  {
    ttlMs: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER), 300_000),
    timeoutMs: v.optional(wholeNumber(1, LONGEST_TIMER_MS), 60_000),
    mostCharacters: v.optional(wholeNumber(200, 50_000), 4000),
  },
  objectMessage,
)

/**
 * Makes the bulletins of agents over a store, which keeps them: a restart asks no model again, and an agent about which
 * nobody asks costs nothing here. It has no timer; only `get` ever calls a model.
 */
export function createBulletins({ store, summarise, clock = () => Date.now(), ...given }: BulletinsOptions): Bulletins {
  const { ttlMs, timeoutMs, mostCharacters } = parse(schema, given, 'options')
  /** What is being made now, so that many who ask at the same time wait for one. */
  const making = new Map<string, Promise<CurrentBulletin>>()

  async function current(agentId: string): Promise<CurrentBulletin> {
    const version = await store.version(agentId)
    if (version === 0) return { text: '', version, source: 'rendered' }
    const kept = await store.readBulletin(agentId)
    const mayAsk = summarise !== undefined && isOpenToAsk(kept, version)
    if (kept?.version === version && !mayAsk && kept.text.length <= mostCharacters) return viewOf(kept)
    return mayAsk ? summarised(agentId, version, summarise) : rendered(agentId, version, kept?.asked)
  }

  function isOpenToAsk(kept: Bulletin | undefined, version: number): boolean {
    const asked = kept?.asked
    if (asked === undefined) return true
    const sinceMs = clock() - asked.at
    // A clock that was set back must not keep the model away for as long.
    return asked.version !== version && (sinceMs >= ttlMs || sinceMs < 0)
  }

  async function rendered(agentId: string, version: number, asked: Bulletin['asked']): Promise<CurrentBulletin> {
    const text = renderBulletin(await readMemories(store, agentId), { mostCharacters })
    return keep(agentId, { text, version, source: 'rendered', asked })
  }

  async function summarised(agentId: string, version: number, ask: Summarise): Promise<CurrentBulletin> {
    const text = renderBulletin(await readMemories(store, agentId), { mostCharacters })
    const asked = { at: clock(), version }
    if (text === '') return keep(agentId, { text, version, source: 'rendered', asked })
    try {
      const limit = { timeoutMs, what: 'the summary' }
      const answer = await withTimeLimit(limit, (signal) => ask({ agentId, text, mostCharacters }, { signal }))
      return await keep(agentId, { text: checked(answer, mostCharacters), version, source: 'summarised', asked })
    } catch (error) {
      const bulletin = await keep(agentId, { text, version, source: 'rendered', asked })
      return { ...bulletin, error }
    }
  }

  /** Keeps it for the next who asks; of an agent that was deleted meanwhile nothing is kept. */
  async function keep(agentId: string, { asked, ...bulletin }: Bulletin): Promise<CurrentBulletin> {
    await store.writeBulletin(agentId, asked === undefined ? bulletin : { ...bulletin, asked })
    return bulletin
  }

  function make(agentId: string): Promise<CurrentBulletin> {
    const made = current(agentId).finally(() => making.delete(agentId))
    making.set(agentId, made)
    return made
  }

  return {
    async get(agentId) {
      const agent = parseAgentId(agentId)
      const version = await store.version(agent)
      for (;;) {
        const bulletin = await (making.get(agent) ?? make(agent))
        // One that was begun before this call may speak of less than was on disk by then.
        if (bulletin.version >= version || (await store.version(agent)) < version) return bulletin
      }
    },
  }
}

function viewOf({ text, version, source }: Bulletin): CurrentBulletin {
  return { text, version, source }
}

function checked(answer: unknown, mostCharacters: number): string {
  const text = typeof answer === 'string' ? answer.trim() : ''
  if (text === '') throw new TypeError('the summary must be a text that is not empty')
  return text.slice(0, mostCharacters).toWellFormed()
}
