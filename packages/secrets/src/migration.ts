import type { EmbeddedStore, KeyRange, Operation } from '@agentic/embedded-store'
import { carryStore } from './carry.ts'
import { readFirstFormat } from './first-format.ts'
import { readLegacyRow } from './legacy-row.ts'
import type { SecretRecord } from './record.ts'
import { keptKeys, LEGACY_RANGES, scopeRange } from './row-keys.ts'
import { findJson, jsonOf } from './rows.ts'
import { createClearSeal } from './scope-seal.ts'
import type { ScopeChange, Scopes, ScopeState } from './scopes.ts'
import { isSecretName } from './secret-name.ts'
import { isSealed, type StoreHeader } from './store-header.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import type { LegacyCollision, LegacyLeft, MigrationReport } from './secret-store.ts'

/** So many keys are looked at together. */
const PAGE = 256
/** A batch is written once it has so many bytes, and so many for each secret that the scope has. */
const BATCH_BYTES = { least: 256 * 1024, each: 16 }
/** About as much as a row takes beside its value. */
const ROW_BYTES = 64

interface Tally {
  moved: number
  same: number
  readonly collisions: LegacyCollision[]
  readonly left: LegacyLeft[]
}

/** Moves rows of the legacy layout, whose keys are bare names, to the shared scope of the same store. */
export async function moveBareRows(store: EmbeddedStore, scopes: Scopes, now: string): Promise<MigrationReport> {
  const tally = emptyTally()
  const scope = INSTANCE_SHARED
  const move: Move = {
    from: store,
    to: store,
    scopes,
    scope,
    tally,
    nameIn: bareNameIn,
    read: (name, json) => readLegacyRow(scope, name, json, now),
  }
  for (const range of LEGACY_RANGES) {
    // Put and delete in one batch: a row is never in both places, nor in none.
    await moveRange(range, move)
  }
  return tally
}

/** Tells of the rows of the legacy layout in an encrypted store: whoever put them there, they are not believed. */
export async function refuseBareRows(store: EmbeddedStore): Promise<MigrationReport> {
  const tally = emptyTally()
  for (const range of LEGACY_RANGES) {
    await eachPage(store, range, async (keys) => {
      const bare = keys.filter((key) => bareNameIn(key) !== undefined)
      tally.left.push(...bare.map((key): LegacyLeft => ({ key, why: 'encrypted' })))
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
  scopes: Scopes,
  { agentId, store: legacyStore }: { readonly agentId: string; readonly store: EmbeddedStore },
  /** Of the legacy store, when it was opened by itself in between. */
  header: StoreHeader | undefined,
  now: string,
): Promise<MigrationReport> {
  const carried = await carryStore(store, scopes, { agentId, store: legacyStore })
  if (carried !== undefined) return carried
  const tally = emptyTally()
  const scope = agentScope(agentId)
  const places = { from: legacyStore, to: store, scopes, scope, tally, agentId }
  const shared = scopeRange(INSTANCE_SHARED)
  const seal = createClearSeal({ storeId: header?.storeId ?? '', scope: INSTANCE_SHARED })
  // Opened by itself in between, the legacy store has rows in its shared scope too: the newer ones, so they go first.
  const nested: Move = {
    ...places,
    nameIn: (key) => key.slice(shared.gt.length),
    // In a store that is encrypted, or was to be, nobody vouches for what is in clear.
    read: (name, json) =>
      isSealed(header) ? undefined : (readFirstFormat(json) ?? seal.openRecord(name, json)?.record),
  }
  const bare: Move = {
    ...places,
    nameIn: bareNameIn,
    read: (name, json) => (isSealed(header) ? undefined : readLegacyRow(scope, name, json, now)),
  }
  for (const [range, move] of [[shared, nested] as const, ...LEGACY_RANGES.map((range) => [range, bare] as const)]) {
    await moveRange(range, move)
  }
  // Also when there was nothing to move: killed before this, what was moved the last time is still in its files.
  await legacyStore.compact({})
  return tally
}

/** Adds reports up to one. */
export function joinReports(reports: readonly MigrationReport[]): MigrationReport {
  const carried = reports.flatMap((report) => report.carried ?? [])
  return {
    ...(carried.length === 0 ? {} : { carried }),
    moved: reports.reduce((total, { moved }) => total + moved, 0),
    same: reports.reduce((total, { same }) => total + same, 0),
    collisions: reports.flatMap(({ collisions }) => collisions),
    left: reports.flatMap(({ left }) => left),
  }
}

interface Move {
  readonly from: EmbeddedStore
  readonly to: EmbeddedStore
  readonly scopes: Scopes
  readonly scope: SecretScope
  readonly tally: Tally
  /** Whose legacy store `from` is. */
  readonly agentId?: string
  /** The name that a key is for; `undefined` for a key that is none of ours. */
  readonly nameIn: (key: string) => string | undefined
  readonly read: (name: string, json: unknown) => SecretRecord | undefined
}

/** What is to be written together. */
interface Batch {
  readonly state: ScopeState
  readonly changes: ScopeChange[]
  readonly kept: Operation[]
  readonly deletes: Operation[]
  bytes: number
}

/**
 * With each batch the head of the scope is written again. So batches grow with it: whatever the number of rows, heads are
 * a few times as much to write as the rows, and no more is in memory than a few times a head.
 */
async function moveRange(range: KeyRange, move: Move): Promise<void> {
  let batch = await newBatch(move)
  await eachPage(move.from, range, async (keys) => {
    for (const key of keys) await addTo(batch, move, key)
    if (!isFull(batch)) return
    await writeBatch(batch, move)
    batch = await newBatch(move)
  })
  await writeBatch(batch, move)
}

async function newBatch({ scopes, scope }: Move): Promise<Batch> {
  return { state: await scopes.load(scope), changes: [], kept: [], deletes: [], bytes: 0 }
}

function isFull({ state, bytes }: Batch): boolean {
  const secrets = state.type === 'sound' ? state.head.entries.size : 0
  return bytes >= Math.max(BATCH_BYTES.least, secrets * BATCH_BYTES.each)
}

async function writeBatch({ state, changes, kept, deletes }: Batch, move: Move): Promise<void> {
  const { from, to, scopes, scope } = move
  const inOne = from === to ? [...kept, ...deletes] : kept
  if (changes.length > 0 || kept.length > 0) {
    const plan = scopes.plan(scope, state, changes)
    await scopes.commit(
      [plan],
      [{ action: 'migrate', actor: 'migration', scope, scopeVersion: plan.next.head.version }],
      inOne,
    )
  } else if (from === to) {
    await from.write(deletes)
  }
  // First there, then no longer here: interrupted between the two, the next time finds the same value there.
  if (from !== to) await from.write(deletes)
}

async function addTo(batch: Batch, move: Move, key: string): Promise<void> {
  const name = move.nameIn(key)
  if (name === undefined) return
  const record = move.read(name, jsonOf(await findJson(move.from, key)))
  if (batch.state.type === 'quarantined') {
    leave(move, key, 'quarantined')
  } else if (!isSecretName(name)) {
    leave(move, key, 'invalid-name')
  } else if (record === undefined) {
    leave(move, key, 'unreadable')
    // An agent's name with an unreadable row must go on shadowing the shared one.
    const isTaken = (await move.scopes.readOne(move.scope, batch.state, name)) !== undefined
    if (move.scope.type === 'agent' && !isTaken) batch.changes.push({ type: 'unreadable', name })
    batch.bytes += ROW_BYTES
  } else {
    await place(move, name, record, batch)
    batch.deletes.push({ type: 'delete', key })
    batch.bytes += ROW_BYTES + record.value.length
  }
}

function leave({ tally, agentId }: Move, key: string, why: LegacyLeft['why']): void {
  tally.left.push({ ...(agentId === undefined ? {} : { agentId }), key, why })
}

async function place(
  { to, scopes, scope, tally }: Move,
  name: string,
  record: SecretRecord,
  { state, changes, kept }: Batch,
): Promise<void> {
  const there = await scopes.readOne(scope, state, name)
  if (there === undefined) {
    tally.moved += 1
    changes.push({ type: 'put', name, record })
  } else if (there.record?.value === record.value) {
    tally.same += 1
  } else if (state.type === 'sound') {
    const places = keptKeys(scope, name)
    const keptAs = places.after((await to.keys({ ...places.range, reverse: true, limit: 1 }))[0])
    tally.collisions.push({ scope, name, keptAs })
    kept.push({ type: 'put', key: keptAs, value: state.seal.sealKept(keptAs, record) })
  }
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
