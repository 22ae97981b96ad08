import { createMemoryStore, type EmbeddedStore, type Operation } from '@agentic/embedded-store'
import * as v from 'valibot'
import { createLedger } from './audit/ledger.ts'
import { createGate } from './gate.ts'
import { namesToldBy } from './key-row.ts'
import type { KeySource } from './key-source.ts'
import { createLifeCycle } from './life-cycle.ts'
import { openKeyring } from './open-keyring.ts'
import { dataKeyKey, FORMAT_KEY, headKey, HEADER_KEY, keptKeys, scopeRange } from './row-keys.ts'
import { findAll, findJson, jsonOf } from './rows.ts'
import { createScopes, type NamedRow, quarantineError, type SoundScope } from './scopes.ts'
import { INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import { readHeader } from './store-header.ts'

// An encrypted store of one agent is carried over as it is: its rows stay sealed under its own data key, wrapped under
// its own root key, and its own head says what they must be. All of it is one kept row of the agent's scope, sealed once
// more where the store is encrypted, so that nobody can give it to another agent.

/** An encrypted store, as far as its key needs it. */
export interface CarriedStore {
  readonly type: 'encrypted-store'
  readonly rows: readonly (readonly [key: string, value: unknown])[]
}

const carriedSchema: v.GenericSchema<unknown, CarriedStore> = v.strictObject({
  type: v.literal('encrypted-store'),
  rows: v.array(v.tuple([v.string(), v.unknown()])),
})

/** No secret can have this name. */
const PLACE = '!encrypted-store'

const OWN_KEYS = [FORMAT_KEY, HEADER_KEY, headKey(INSTANCE_SHARED), dataKeyKey(INSTANCE_SHARED)]
/** The audit trail and the days of last use are not carried. */
const DROPPED = /^[mtu]\0/u

/**
 * Packs a store that is encrypted and has nothing but shared secrets. `undefined` for any other: one that is in clear,
 * whose encryption or rotation was interrupted, or with rows that are not its own.
 */
export async function packStore(store: EmbeddedStore): Promise<CarriedStore | undefined> {
  if ((await readHeader(store))?.header.state !== 'encrypted') return undefined
  const rows: [string, unknown][] = []
  for (const [key, row] of await findAll(store, {})) {
    const isCarried = OWN_KEYS.includes(key) || key.startsWith(scopeRange(INSTANCE_SHARED).gt)
    if (!isCarried && DROPPED.test(key)) continue
    if (!isCarried || !row.isReadable) return undefined
    rows.push([key, row.json])
  }
  return { type: 'encrypted-store', rows }
}

/** The names that it says it has; its key is not at hand. */
export function namesIn({ rows }: CarriedStore): string[] {
  const { gt } = scopeRange(INSTANCE_SHARED)
  const rowAt = (at: string): unknown => rows.find(([key]) => key === at)?.[1]
  const told = namesToldBy(rowAt(dataKeyKey(INSTANCE_SHARED)), rowAt(headKey(INSTANCE_SHARED)))
  const there = rows.flatMap(([key]) => (key.startsWith(gt) ? [key.slice(gt.length)] : []))
  return [...new Set([...there, ...told])].toSorted()
}

/** Opens a carried store with its own key, and tells its rows. Rejects as unlocking it would. */
export async function openCarried(carried: CarriedStore, source: KeySource, now: () => string): Promise<NamedRow[]> {
  await using store = createMemoryStore()
  await store.write(carried.rows.map(([key, value]): Operation => ({ type: 'put', key, value })))
  const keyring = await openKeyring(store)
  const { storeId } = keyring.header
  const ledger = await createLedger(store, storeId, now)
  const scopes = createScopes({ store, storeId, ledger, root: () => keyring.root })
  const beforeLock = (): Promise<void> => Promise.resolve()
  await createLifeCycle({ store, keyring, ledger, scopes, gate: createGate(), beforeLock }).unlock(source)
  const state = await scopes.load(INSTANCE_SHARED)
  if (state.type === 'quarantined') throw quarantineError(state.why)
  // Awaited here: the store is closed when this function is left.
  return await scopes.readAll(INSTANCE_SHARED, state)
}

/** The stores that are carried in a scope, by the keys they are kept under. */
export async function carriedIn(
  store: EmbeddedStore,
  scope: SecretScope,
  { seal }: SoundScope,
): Promise<Map<string, CarriedStore>> {
  const found = new Map<string, CarriedStore>()
  for (const key of await store.keys(keptKeys(scope, PLACE).range)) {
    const opened = seal.openKept(key, jsonOf(await findJson(store, key)))
    const parsed = v.safeParse(carriedSchema, opened?.json)
    if (parsed.success) found.set(key, parsed.output)
  }
  return found
}

/** Where the next one is kept. */
export async function nextCarriedKey(store: EmbeddedStore, scope: SecretScope): Promise<string> {
  const kept = keptKeys(scope, PLACE)
  return kept.after((await store.keys({ ...kept.range, reverse: true, limit: 1 }))[0])
}
