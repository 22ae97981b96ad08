import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { carriedIn, type CarriedStore, namesIn, nextCarriedKey, openCarried, packStore } from './carried-store.ts'
import { SecretsError } from './errors.ts'
import type { KeySource } from './key-source.ts'
import type { SecretRecord } from './record.ts'
import { keptKeys, secretKey } from './row-keys.ts'
import { type NamedRow, quarantineError, type ScopeChange, type Scopes, type SoundScope } from './scopes.ts'
import { isSecretName } from './secret-name.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import type { ActorOption, LegacyCollision, LegacyLeft, MigrationReport } from './secret-store.ts'

/**
 * Carries the encrypted legacy store of an agent over as it is, and takes it off the disk there; its names shadow the
 * shared ones. `undefined` if it is not one that can be carried: nothing is done then.
 */
export async function carryStore(
  store: EmbeddedStore,
  scopes: Scopes,
  { agentId, store: legacyStore }: { readonly agentId: string; readonly store: EmbeddedStore },
): Promise<MigrationReport | undefined> {
  const carried = await packStore(legacyStore)
  const scope = agentScope(agentId)
  const state = await scopes.load(scope)
  if (carried === undefined || state.type === 'quarantined') return undefined
  const there = state.type === 'sound' ? [...(await carriedIn(store, scope, state)).values()] : []
  // Interrupted between the two stores, it is here already.
  if (!there.some((each) => JSON.stringify(each) === JSON.stringify(carried))) {
    const names = namesIn(carried).filter(isSecretName)
    const taken = await Promise.all(names.map((name) => scopes.readOne(scope, state, name)))
    const changes = names.filter((_, index) => taken[index] === undefined)
    const plan = scopes.plan(
      scope,
      state,
      changes.map((name): ScopeChange => ({ type: 'unreadable', name })),
    )
    const key = await nextCarriedKey(store, scope)
    const keep: Operation = { type: 'put', key, value: plan.next.seal.sealKept(key, carried) }
    await scopes.commit([plan], [factOf(scope, plan.next, 'migration')], [keep])
  }
  await legacyStore.compact({})
  const keys = await legacyStore.keys({})
  await legacyStore.write(keys.map((key) => ({ type: 'delete', key })))
  await legacyStore.compact({})
  return { moved: 0, same: 0, collisions: [], left: [], carried: [{ agentId, names: namesIn(carried) }] }
}

/** Turns what was carried over into secrets, with its own key: all in one batch, or nothing. The scope's lock is held. */
export async function openCarriedStores(
  parts: { readonly store: EmbeddedStore; readonly scopes: Scopes; readonly now: () => string },
  agentId: string,
  source: KeySource,
  { actor }: ActorOption,
): Promise<MigrationReport> {
  const { store, scopes, now } = parts
  const scope = agentScope(agentId)
  const state = await scopes.load(scope)
  if (state.type === 'quarantined') throw quarantineError(state.why)
  const tally: Tally = { moved: 0, same: 0, collisions: [], left: [] }
  const carried = state.type === 'sound' ? await carriedIn(store, scope, state) : new Map<string, CarriedStore>()
  if (state.type === 'empty' || carried.size === 0) return tally
  const opened = await openAll(carried, source, now)
  const into: Opening = { store, scopes, scope, state, agentId, tally, changes: new Map(), kept: [] }
  for (const [key, rows] of opened) {
    for (const row of rows) await place(into, row)
    // What its own head refuses is not thrown away: it stays with its store.
    if (rows.every(({ record }) => record !== undefined)) into.kept.push({ type: 'delete', key })
  }
  if (into.changes.size + into.kept.length === 0) return tally
  const plan = scopes.plan(scope, state, [...into.changes.values()])
  await scopes.commit([plan], [factOf(scope, plan.next, actor)], into.kept)
  return tally
}

interface Tally {
  moved: number
  same: number
  readonly collisions: LegacyCollision[]
  readonly left: LegacyLeft[]
}

interface Opening {
  readonly store: EmbeddedStore
  readonly scopes: Scopes
  readonly scope: SecretScope
  readonly state: SoundScope
  readonly agentId: string
  readonly tally: Tally
  readonly changes: Map<string, ScopeChange>
  readonly kept: Operation[]
}

/** Those of another key stay as they are; one at least must be of this one. */
async function openAll(
  carried: ReadonlyMap<string, CarriedStore>,
  source: KeySource,
  now: () => string,
): Promise<Map<string, NamedRow[]>> {
  const opened = new Map<string, NamedRow[]>()
  let refusal: unknown
  for (const [key, each] of carried) {
    try {
      opened.set(key, await openCarried(each, source, now))
    } catch (error) {
      if (!(error instanceof SecretsError && error.code === 'SECRETS_WRONG_KEY')) throw error
      refusal = error
    }
  }
  if (opened.size === 0) throw refusal
  return opened
}

async function place(into: Opening, { name, record }: NamedRow): Promise<void> {
  const { store, scopes, scope, state, agentId, tally, changes, kept } = into
  const entry = state.head.entries.get(name)
  if (record === undefined) {
    tally.left.push({ agentId, key: secretKey(INSTANCE_SHARED, name), why: 'unreadable' })
    return
  }
  const planned = changes.get(name)
  const there = planned?.type === 'put' ? planned.record : (await scopes.readOne(scope, state, name))?.record
  if (there?.value === record.value) {
    tally.same += 1
  } else if (planned === undefined && (entry === undefined || entry.tag === '')) {
    // Absent, or taken by a row from which nothing is ever read: that is what kept the name for this.
    tally.moved += 1
    changes.set(name, { type: 'put', name, record: atLeast(record, (entry?.version ?? 0) + 1) })
  } else {
    const place = keptKeys(scope, name)
    const last = kept.findLast(({ key }) => key > place.range.gt && key < place.range.lt)?.key
    const keptAs = place.after(last ?? (await store.keys({ ...place.range, reverse: true, limit: 1 }))[0])
    tally.collisions.push({ scope, name, keptAs })
    kept.push({ type: 'put', key: keptAs, value: state.seal.sealKept(keptAs, record) })
  }
}

/** The version of a name never goes back. */
function atLeast(record: SecretRecord, version: number): SecretRecord {
  return { ...record, version: Math.max(record.version, version) }
}

function factOf(scope: SecretScope, { head }: SoundScope, actor: string | undefined) {
  return { action: 'migrate', actor, scope, scopeVersion: head.version } as const
}
