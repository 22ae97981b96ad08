import type { EmbeddedStore, KeyRange, Operation } from '@agentic/embedded-store'
import { readLegacyRow } from './legacy-row.ts'
import { readRecord, type SecretRecord } from './record.ts'
import { keptKeys, LEGACY_RANGES, scopeRange, secretKey } from './row-keys.ts'
import { findJson, findRow } from './rows.ts'
import { isSecretName } from './secret-name.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import type { LegacyCollision, LegacyLeft, MigrationReport } from './secret-store.ts'

const PAGE = 256

interface Tally {
  moved: number
  same: number
  readonly collisions: LegacyCollision[]
  readonly left: LegacyLeft[]
}

/** Moves rows of the legacy layout, whose keys are bare names, to the shared scope of the same store. */
export async function moveBareRows(store: EmbeddedStore, now: string): Promise<MigrationReport> {
  const tally = emptyTally()
  const scope = INSTANCE_SHARED
  const move: Move = {
    from: store,
    to: store,
    scope,
    tally,
    nameIn: bareNameIn,
    read: (name, json) => readLegacyRow(scope, name, json, now),
  }
  for (const range of LEGACY_RANGES) {
    // Put and delete in one batch: a row is never in both places, nor in none.
    await eachPage(store, range, async (keys) => {
      const { puts, deletes } = await planOf(keys, move)
      await store.write([...puts, ...deletes])
    })
  }
  return tally
}

/**
 * Moves what a legacy store of one agent holds to that agent's scope, and takes it off the disk there. An agent's row
 * that cannot be read stays, and leaves an unreadable row in the agent's scope, so that the shared one is not used.
 */
export async function adoptAgentStore(
  store: EmbeddedStore,
  { agentId, store: legacyStore }: { readonly agentId: string; readonly store: EmbeddedStore },
  now: string,
): Promise<MigrationReport> {
  const tally = emptyTally()
  const scope = agentScope(agentId)
  const places = { from: legacyStore, to: store, scope, tally, agentId }
  const shared = scopeRange(INSTANCE_SHARED)
  // Opened by itself in between, the legacy store has rows in its shared scope too: the newer ones, so they go first.
  const nested: Move = {
    ...places,
    nameIn: (key) => key.slice(shared.gt.length),
    read: (_name, json) => readRecord(json),
  }
  const bare: Move = { ...places, nameIn: bareNameIn, read: (name, json) => readLegacyRow(scope, name, json, now) }
  for (const [range, move] of [[shared, nested] as const, ...LEGACY_RANGES.map((range) => [range, bare] as const)]) {
    await eachPage(legacyStore, range, async (keys) => {
      const { puts, deletes } = await planOf(keys, move)
      // First there, then no longer here: interrupted between the two, the next time finds the same value there.
      await store.write(puts)
      await legacyStore.write(deletes)
    })
  }
  if (tally.moved + tally.same + tally.collisions.length > 0) await legacyStore.compact({})
  return tally
}

/** Adds reports up to one. */
export function joinReports(reports: readonly MigrationReport[]): MigrationReport {
  return {
    moved: reports.reduce((total, { moved }) => total + moved, 0),
    same: reports.reduce((total, { same }) => total + same, 0),
    collisions: reports.flatMap(({ collisions }) => collisions),
    left: reports.flatMap(({ left }) => left),
  }
}

interface Move {
  readonly from: EmbeddedStore
  readonly to: EmbeddedStore
  readonly scope: SecretScope
  readonly tally: Tally
  /** Whose legacy store `from` is. */
  readonly agentId?: string
  /** The name that a key is for; `undefined` for a key that is none of ours. */
  readonly nameIn: (key: string) => string | undefined
  readonly read: (name: string, json: unknown) => SecretRecord | undefined
}

async function planOf(keys: readonly string[], move: Move): Promise<{ puts: Operation[]; deletes: Operation[] }> {
  const puts: Operation[] = []
  const deletes: Operation[] = []
  for (const key of keys) {
    const name = move.nameIn(key)
    if (name === undefined) continue
    const found = await findJson(move.from, key)
    const record = found?.isReadable === true ? move.read(name, found.json) : undefined
    if (!isSecretName(name)) {
      leave(move, key, 'invalid-name')
    } else if (record === undefined) {
      leave(move, key, 'unreadable')
      puts.push(...(await placeholderFor(move, name)))
    } else {
      puts.push(...(await putsFor(move, name, record)))
      deletes.push({ type: 'delete', key })
    }
  }
  return { puts, deletes }
}

function leave({ tally, agentId }: Move, key: string, why: LegacyLeft['why']): void {
  tally.left.push({ ...(agentId === undefined ? {} : { agentId }), key, why })
}

/** An agent's name with an unreadable row must go on shadowing the shared one. */
async function placeholderFor({ to, scope }: Move, name: string): Promise<Operation[]> {
  if (scope.type !== 'agent' || (await findRow(to, secretKey(scope, name))) !== undefined) return []
  return [{ type: 'put', key: secretKey(scope, name), value: { unreadable: 'its legacy row could not be read' } }]
}

async function putsFor({ to, scope, tally }: Move, name: string, record: SecretRecord): Promise<Operation[]> {
  const key = secretKey(scope, name)
  const there = await findRow(to, key)
  if (there === undefined) {
    tally.moved += 1
    return [{ type: 'put', key, value: record }]
  }
  if (there.record?.value === record.value) {
    tally.same += 1
    return []
  }
  const kept = keptKeys(scope, name)
  const keptAs = kept.after((await to.keys({ ...kept.range, reverse: true, limit: 1 }))[0])
  tally.collisions.push({ scope, name, keptAs })
  return [{ type: 'put', key: keptAs, value: record }]
}

async function eachPage(
  store: EmbeddedStore,
  range: KeyRange,
  work: (keys: readonly string[]) => Promise<void>,
): Promise<void> {
  let rest = range
  for (;;) {
    const keys = await store.keys({ ...rest, limit: PAGE })
    await work(keys)
    const last = keys.at(-1)
    if (last === undefined || keys.length < PAGE) return
    rest = { ...rest, gt: last, gte: undefined }
  }
}

/** Keys with NUL, or with `!` as Level's sublevels have it, are of other layouts: not ours to touch or to tell about. */
function bareNameIn(key: string): string | undefined {
  return key.includes('\0') || key.startsWith('!') ? undefined : key
}

function emptyTally(): Tally {
  return { moved: 0, same: 0, collisions: [], left: [] }
}
