import type { KeyObject } from 'node:crypto'
import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import * as v from 'valibot'
import { digestOf, sameDigest } from '../crypto/keys.ts'
import { anchorText, checkAnchor, type RollbackAnchor } from './anchor.ts'
import { AUDIT_HEAD_KEY, auditKey, auditRange } from '../row-keys.ts'
import { findJson, jsonOf } from '../rows.ts'
import type { SecretScope } from '../secret-scope.ts'

/** What was done. */
export type AuditAction =
  | 'put'
  | 'delete'
  | 'delete-agent'
  | 'export'
  | 'import'
  | 'migrate'
  | 'enable'
  | 'enabled'
  | 'rotate'
  | 'rotated'
  | 'rotate-scope'
  | 'repair'

/** What is to be told of a change. */
export interface AuditFact {
  readonly action: AuditAction
  readonly actor?: string | undefined
  readonly scope?: SecretScope | undefined
  readonly name?: string | undefined
  /** The version of the scope after the change. */
  readonly scopeVersion?: number | undefined
  /** It was done while the store was locked: nobody vouches for who did it, nor for when. */
  readonly whileLocked?: true | undefined
  /**
   * RFC 3339.
   * @default the time of the commit
   */
  readonly at?: string | undefined
}

/** One change as the trail has it. */
export interface AuditEntry extends AuditFact {
  /** From 1, one more each time. */
  readonly sequence: number
  /** RFC 3339. */
  readonly at: string
  readonly actor: string
}

/** An entry as it is stored: `hash` covers all of it and the hash before. */
export interface StoredEntry extends AuditEntry {
  readonly previous: string
  readonly hash: string
}

/** Writes changes together with what the audit trail says about them. */
export interface Ledger {
  /** Writes operations and facts in one atomic batch; commits made at the same time share one. */
  commit(operations: readonly Operation[], facts: readonly AuditFact[]): Promise<void>
  /** Takes the key that vouches for the end of the trail from the next commit on. */
  useKey(key: KeyObject | undefined): void
  /**
   * Looks whether the trail ends as was written; if not, it goes on with an entry that shows the break. Rejects with
   * SECRETS_ROLLED_BACK when it is not what was anchored.
   */
  resume(): Promise<void>
}

export const DEFAULT_ACTOR = 'host'

interface Tail {
  readonly sequence: number
  /** Empty for a trail that begins, or that goes on after a break. */
  readonly hash: string
}

interface Waiting {
  readonly operations: readonly Operation[]
  readonly facts: readonly AuditFact[]
  readonly written: PromiseWithResolvers<void>
}

export async function createLedger(
  store: EmbeddedStore,
  storeId: string,
  now: () => string,
  anchor?: RollbackAnchor,
): Promise<Ledger> {
  let macKey: KeyObject | undefined
  let tail = await readTail(store)
  let waiting: Waiting[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    // One turn, so that commits of the same turn share the first batch.
    await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await writeBatch(batch)
    }
    running = undefined
  }

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    const at = now()
    let next = tail
    const operations = batch.flatMap((each) => {
      const entries = each.facts.map((fact) => {
        const entry = entryOf(storeId, next, at, fact)
        next = entry
        return { type: 'put', key: auditKey(entry.sequence), value: entry } as const
      })
      return [...each.operations, ...entries]
    })
    const end = next === tail ? [] : [endOf(next, macKey)]
    try {
      await store.write([...operations, ...end])
      const isNew = tail !== next
      tail = next
      if (isNew) await anchor?.write(anchorText(storeId, next))
      for (const { written } of batch) written.resolve()
    } catch (error) {
      for (const { written } of batch) written.reject(error)
    }
  }

  function endOf({ sequence, hash }: Tail, key: KeyObject | undefined): Operation {
    return { type: 'put', key: AUDIT_HEAD_KEY, value: { sequence, hash, mac: endMac(storeId, sequence, hash, key) } }
  }

  return {
    commit(operations, facts) {
      const written = Promise.withResolvers<void>()
      waiting.push({ operations, facts, written })
      running ??= run()
      return written.promise
    },
    useKey(key) {
      macKey = key
    },
    async resume() {
      const [end, last] = [await readEnd(store, storeId, macKey), await readTail(store)]
      const isWhole = end === undefined ? last.sequence === 0 : end.sequence === last.sequence && end.hash === last.hash
      if (anchor !== undefined) await checkAnchor(store, storeId, anchor, isWhole ? last : undefined)
      tail = isWhole ? last : { sequence: Math.max(last.sequence, end?.sequence ?? 0), hash: '' }
    },
  }
}

const endSchema = v.strictObject({ sequence: v.number(), hash: v.string(), mac: v.string() })

/** Reads what is written of the end of the trail; `undefined` if it is not there or not vouched for. */
export async function readEnd(
  store: EmbeddedStore,
  storeId: string,
  key: KeyObject | undefined,
): Promise<Tail | undefined> {
  const parsed = v.safeParse(endSchema, jsonOf(await findJson(store, AUDIT_HEAD_KEY)))
  if (!parsed.success) return undefined
  const { sequence, hash, mac } = parsed.output
  return sameDigest(mac, endMac(storeId, sequence, hash, key)) ? { sequence, hash } : undefined
}

/** The hash that an entry must have. */
export function hashOf(storeId: string, entry: Omit<StoredEntry, 'hash'>): string {
  const { sequence, at, actor, action, scope, name = '', scopeVersion = '', whileLocked, previous } = entry
  const more = whileLocked === true ? ['while locked'] : []
  const place = scope === undefined ? ['', ''] : [scope.type, scope.type === 'agent' ? scope.agentId : '']
  return digestOf(undefined, [
    'audit',
    storeId,
    sequence,
    at,
    actor,
    action,
    ...place,
    name,
    scopeVersion,
    previous,
    ...more,
  ])
}

function entryOf(storeId: string, tail: Tail, now: string, fact: AuditFact): StoredEntry {
  const { action, actor = DEFAULT_ACTOR, scope, name, scopeVersion, whileLocked, at = now } = fact
  const entry = {
    sequence: tail.sequence + 1,
    at,
    actor,
    action,
    ...(scope === undefined ? {} : { scope }),
    ...(name === undefined ? {} : { name }),
    ...(scopeVersion === undefined ? {} : { scopeVersion }),
    ...(whileLocked === undefined ? {} : { whileLocked }),
    previous: tail.hash,
  }
  return { ...entry, hash: hashOf(storeId, entry) }
}

function endMac(storeId: string, sequence: number, hash: string, key: KeyObject | undefined): string {
  return digestOf(key, ['audit end', storeId, sequence, hash])
}

async function readTail(store: EmbeddedStore): Promise<Tail> {
  const [last] = await store.keys({ ...auditRange(), reverse: true, limit: 1 })
  if (last === undefined) return { sequence: 0, hash: '' }
  const json = jsonOf(await findJson(store, last)) as Partial<StoredEntry> | undefined
  const sequence = Number.parseInt(last.slice(auditRange().gt.length), 16)
  return { sequence, hash: typeof json?.hash === 'string' ? json.hash : '' }
}
