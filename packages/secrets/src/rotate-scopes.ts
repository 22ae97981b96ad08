import type { EmbeddedStore } from '@agentic/embedded-store'
import * as v from 'valibot'
import { allScopes } from './all-scopes.ts'
import { digestOf, sameDigest } from './crypto/keys.ts'
import type { RootKey } from './root-key.ts'
import { SCOPE_ROTATION_KEY } from './row-keys.ts'
import { findJson, jsonOf } from './rows.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import { addReport, emptyReport, type WritableReport } from './life-cycle-report.ts'
import type { LifeCycleReport, RotateScopesOptions } from './secret-store.ts'

/** So many scopes share a synced batch, and so many are rotated again after an interruption. */
const CHUNK = 64

interface Parts {
  readonly store: EmbeddedStore
  readonly storeId: string
  /** Lets work in while the store is open and nobody has it for himself. */
  readonly enter: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Rejects while the store is locked. */
  readonly root: () => RootKey
  /** Gives one scope another data key. */
  readonly rotate: (scope: SecretScope) => Promise<LifeCycleReport>
}

/**
 * Gives every scope another data key, each in one batch, while others go on working; interrupted, it goes on after the
 * last chunk that was done.
 */
export function rotateAllScopes(parts: Parts, options: RotateScopesOptions): Promise<LifeCycleReport> {
  const { store, enter } = parts
  return store.exclusive('secrets\0rotate-scopes', async () => {
    const cursor = await enter(() => begin(parts))
    const report = emptyReport()
    let chunk: SecretScope[] = []
    for await (const scope of allScopes(store, cursor.after)) {
      chunk.push(scope)
      if (chunk.length < CHUNK) continue
      await rotateChunk(parts, chunk, report, options)
      chunk = []
    }
    if (chunk.length > 0) await rotateChunk(parts, chunk, report, options)
    await enter(async () => {
      await store.compact({})
      await store.write([{ type: 'delete', key: SCOPE_ROTATION_KEY }])
    })
    return report
  })
}

async function begin({ store, storeId, root }: Parts): Promise<Cursor> {
  const found = await readCursor(store, storeId, root())
  if (found !== undefined) return found
  // LevelDB can keep a value that is written out together with what replaced it: so all of it is written out first.
  await store.compact({})
  const cursor = { after: undefined }
  await writeCursor(store, storeId, root(), cursor)
  return cursor
}

async function rotateChunk(
  { store, storeId, enter, root, rotate }: Parts,
  chunk: readonly SecretScope[],
  report: WritableReport,
  { signal, onProgress }: RotateScopesOptions,
): Promise<void> {
  signal?.throwIfAborted()
  for (const result of await Promise.allSettled(chunk.map(rotate))) {
    if (result.status === 'rejected') throw result.reason
    addReport(report, result.value)
  }
  await enter(async () => writeCursor(store, storeId, root(), { after: chunk.at(-1) }))
  onProgress?.({ scopes: report.scopes, rows: report.rows })
}

/** Whether a rotation of all scopes was interrupted. Told without a key, so unvouched for. */
export async function isRotatingScopes(store: EmbeddedStore): Promise<boolean> {
  return (await findJson(store, SCOPE_ROTATION_KEY)) !== undefined
}

interface Cursor {
  /** The last scope that is done, in the order in which they are walked. */
  readonly after: SecretScope | undefined
}

const cursorSchema = v.strictObject({ after: v.string(), mac: v.string() })

/** One that nobody vouches for is none: then all is rotated, which does no harm. */
async function readCursor(store: EmbeddedStore, storeId: string, root: RootKey): Promise<Cursor | undefined> {
  const parsed = v.safeParse(cursorSchema, jsonOf(await findJson(store, SCOPE_ROTATION_KEY)))
  if (!parsed.success || !sameDigest(parsed.output.mac, macOf(storeId, root, parsed.output.after))) return undefined
  const [type, id = ''] = parsed.output.after.split(' ')
  if (type === 'begun') return { after: undefined }
  return { after: type === 'agent' ? agentScope(id) : INSTANCE_SHARED }
}

async function writeCursor(store: EmbeddedStore, storeId: string, root: RootKey, { after }: Cursor): Promise<void> {
  const text = after === undefined ? 'begun' : after.type === 'agent' ? `agent ${after.agentId}` : 'shared'
  await store.write([{ type: 'put', key: SCOPE_ROTATION_KEY, value: { after: text, mac: macOf(storeId, root, text) } }])
}

function macOf(storeId: string, root: RootKey, after: string): string {
  return digestOf(root.header, ['scope rotation', storeId, after])
}
