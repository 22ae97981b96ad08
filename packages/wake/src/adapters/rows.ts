import { randomUUID } from 'node:crypto'
import { type EmbeddedStore, key, type Operation, parts, under } from '@agentic/embedded-store'
import type { Bundle } from '../bundle.ts'

/*
 * A ring is a row of its own under a key that is never used again, so it is written blindly: whatever is written before,
 * after or never, no ring can overwrite or resurrect another.
 *
 *   wake | now   | agent | RING            -> bundle     counts at once
 *   wake | later | agent | dueAt | RING    -> bundle     counts from `dueAt` on
 *   wake | due   | dueAt | agent | RING    -> 0          index of `later` by instant
 *   wake | dead  | agent | diedAt | RING   -> dead bundle
 *
 *   RING = instant | count in this process | name of this process
 */
const ROOT = 'wake'

/** How many keys are held at a time. */
const PAGE = 1000

export interface DeadBundle extends Bundle {
  readonly error: string
  readonly diedAt: number
}

export interface RowNames {
  now(agentId: string, at: number): string
  later(agentId: string, at: number, dueAt: number): string
  dead(agentId: string, diedAt: number): string
}

/** Makes keys that sort by instant and are used once: the name of the process keeps them apart over restarts. */
export function createRowNames(): RowNames {
  const processName = randomUUID().slice(0, 13)
  let count = 0
  const next = (): number => (count += 1)
  return {
    now: (agentId, at) => key(ROOT, 'now', agentId, at, next(), processName),
    later: (agentId, at, dueAt) => key(ROOT, 'later', agentId, dueAt, at, next(), processName),
    dead: (agentId, diedAt) => key(ROOT, 'dead', agentId, diedAt, diedAt, next(), processName),
  }
}

/** Any row that shares no key with another: deleting it does nothing, but waits for the writes before it. */
export const BARRIER: Operation = { type: 'delete', key: key(ROOT, 'barrier') }

export const ALL_NOW: KeyStretch = under(ROOT, 'now')
export const ALL_DUE: KeyStretch = under(ROOT, 'due')
export const ALL_DEAD: KeyStretch = under(ROOT, 'dead')

export const nowOf = (agentId: string): KeyStretch => under(ROOT, 'now', agentId)
export const laterOf = (agentId: string): KeyStretch => under(ROOT, 'later', agentId)
export const deadOf = (agentId: string): KeyStretch => under(ROOT, 'dead', agentId)

export interface KeyStretch {
  readonly gt: string
  readonly lt: string
}

/** The `due` rows whose instant is after `after` and not after `until`. */
export function dueBetween(after: number, until: number): KeyStretch {
  return { gt: key(ROOT, 'due', after + 1), lt: key(ROOT, 'due', until + 1) }
}

/** The `due` rows whose instant is after `after`. */
export function dueAfter(after: number): KeyStretch {
  return { gt: key(ROOT, 'due', after + 1), lt: ALL_DUE.lt }
}

export interface DueRow {
  readonly dueAt: string
  readonly agentId: string
  /** The row that holds the bundle. */
  readonly laterKey: string
}

/** Reads a key of the `due` index. */
export function parseDue(dueKey: string): DueRow {
  const [, , dueAt, agentId, ...ring] = parts(dueKey) as [string, string, string, string, ...string[]]
  return { dueAt, agentId, laterKey: key(ROOT, 'later', agentId, dueAt, ...ring) }
}

export interface NowRow {
  readonly agentId: string
  readonly at: string
}

/** Reads a key of a `now` row; the instants of `now` and `due` keys sort together as text. */
export function parseNow(nowKey: string): NowRow {
  const [, , agentId, at] = parts(nowKey) as [string, string, string, string]
  return { agentId, at }
}

/** Names a dead bundle by its key, in characters that fit anywhere. */
export function deadIdOf(deadKey: string): string {
  return Buffer.from(deadKey).toString('base64url')
}

/** The key that {@link deadIdOf} made an id of; of any other text, some text. */
export function deadKeyOf(id: string): string {
  return Buffer.from(id, 'base64url').toString()
}

export function agentOfDead(deadKey: string): string {
  return parts(deadKey)[2] as string
}

/** What puts a delayed bundle: its row, and its place in the index. */
export function putLater(laterKey: string, bundle: Bundle): Operation[] {
  return [
    { type: 'put', key: laterKey, value: bundle },
    { type: 'put', key: dueKeyOf(laterKey), value: 0 },
  ]
}

/** What removes a `now` or `later` row with all that belongs to it. */
export function remove(rowKey: string): Operation[] {
  const row: Operation = { type: 'delete', key: rowKey }
  return parts(rowKey)[1] === 'later' ? [row, { type: 'delete', key: dueKeyOf(rowKey) }] : [row]
}

function dueKeyOf(laterKey: string): string {
  const [, , agentId, dueAt, ...ring] = parts(laterKey) as [string, string, string, string, ...string[]]
  return key(ROOT, 'due', dueAt, agentId, ...ring)
}

/** Walks the keys of a stretch a page at a time, without reading values. */
export async function* walkKeys(store: EmbeddedStore, stretch: KeyStretch): AsyncGenerator<string> {
  let rest = stretch
  for (;;) {
    const page = await store.keys({ ...rest, limit: PAGE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    rest = { ...rest, gt: last }
  }
}
