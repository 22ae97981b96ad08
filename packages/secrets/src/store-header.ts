import { type KeyObject, randomBytes } from 'node:crypto'
import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import * as v from 'valibot'
import { digestOf, sameDigest } from './crypto/keys.ts'
import { SecretsError } from './errors.ts'
import { type KeyDescription, keyDescriptionSchema } from './key-source.ts'
import { FORM_TWO_RANGES, FORMAT_KEY, HEADER_KEY } from './row-keys.ts'
import { findJson, jsonOf } from './rows.ts'

/** The form of the store as a whole. It rises when an older version must not touch the store. */
export const STORE_FORMAT = 3
/** The oldest form that has a header. */
const FIRST_WITH_HEADER = 2

/** How the store is on disk. A state in -ing was interrupted, and goes on when the store is opened or unlocked. */
export type StoredState = 'upgrading' | 'unencrypted' | 'enabling' | 'encrypted' | 'rotating'

/** What is kept of a root key: how to have it again, and how to tell that it is the right one. */
export interface RootRecord {
  readonly version: number
  readonly check: string
  readonly description: KeyDescription
}

/** What a store says about itself. */
export interface StoreHeader {
  /** Random; part of all that is sealed, so that nothing can be moved from one store to another. */
  readonly storeId: string
  readonly state: StoredState
  /** Of an encrypted store. */
  readonly root?: RootRecord | undefined
  /** Where a rotation goes; `root` is where it comes from. */
  readonly next?: (RootRecord & { readonly underCurrent: string; readonly currentUnderNext: string }) | undefined
  /** What was replaced may still be in the files. */
  readonly compactionDue?: true | undefined
}

/** A header as it was found, with the form of the store and a code for each root key that is in use. */
export interface FoundHeader {
  readonly header: StoreHeader
  readonly format: number
  readonly macs: readonly string[]
}

const rootEntries = {
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  check: v.string(),
  description: keyDescriptionSchema,
}

const headerSchema = v.strictObject({
  storeId: v.pipe(v.string(), v.minLength(1)),
  state: v.picklist(['upgrading', 'unencrypted', 'enabling', 'encrypted', 'rotating']),
  root: v.optional(v.strictObject(rootEntries)),
  next: v.optional(v.strictObject({ ...rootEntries, underCurrent: v.string(), currentUnderNext: v.string() })),
  compactionDue: v.optional(v.literal(true)),
  /** One code for each root key that is in use, in their order; of a store without one, a digest. */
  macs: v.pipe(v.array(v.string()), v.minLength(1)),
})

/**
 * Reads what a store says about itself; `undefined` for one that is new or of the first format. Rejects a store that
 * this version must not touch, before anything in it is.
 */
export async function readHeader(store: EmbeddedStore): Promise<FoundHeader | undefined> {
  const [format, header] = [await findJson(store, FORMAT_KEY), await findJson(store, HEADER_KEY)]
  const number = format === undefined ? 1 : formatIn(jsonOf(format))
  if (number !== undefined && number > STORE_FORMAT) {
    throw new SecretsError(
      'SECRETS_FORMAT_NEWER',
      `the store is of format ${number} and this version knows ${STORE_FORMAT}: use the version that wrote it, or a later one; nothing was changed`,
    )
  }
  if (header === undefined && number === 1) {
    // Heads and data keys came with this form: a store that has them had a header too.
    for (const range of FORM_TWO_RANGES) if ((await store.keys({ ...range, limit: 1 })).length > 0) throw unreadable()
    return undefined
  }
  const parsed = v.safeParse(headerSchema, jsonOf(header))
  if (number === undefined || number < FIRST_WITH_HEADER || !parsed.success || !isComplete(parsed.output))
    throw unreadable()
  const { macs, ...told } = parsed.output
  // Without a root key there is no code that only we could have made, but damage shows.
  if (told.root === undefined && !isVouchedFor(told, macs[0]!, undefined, number)) throw unreadable()
  return { header: told, format: number, macs }
}

/** Whether rows of a store with this header are sealed, or to be. */
export function isSealed(header: StoreHeader | undefined): boolean {
  return header?.root !== undefined
}

/** What a store that was never opened by this version begins with. */
export function newHeader(): StoreHeader {
  return { storeId: randomBytes(16).toString('hex'), state: 'upgrading' }
}

/** The rows of a header, vouched for by each of these keys. */
export function headerOperations(header: StoreHeader, keys: readonly KeyObject[]): Operation[] {
  const macs = keys.length === 0 ? [macOf(header, undefined)] : keys.map((key) => macOf(header, key))
  return [
    { type: 'put', key: FORMAT_KEY, value: { format: STORE_FORMAT } },
    { type: 'put', key: HEADER_KEY, value: { ...header, macs } },
  ]
}

/** Whether a code was made with this key for this header and this form of the store. */
export function isVouchedFor(header: StoreHeader, mac: string, key: KeyObject | undefined, format: number): boolean {
  return sameDigest(mac, macOf(header, key, format))
}

export function unreadable(): SecretsError {
  return new SecretsError(
    'SECRETS_UNREADABLE',
    'what the store says about itself is not what was written: restore the store from a backup; nothing was changed',
  )
}

function isComplete({ state, root, next }: StoreHeader): boolean {
  const isEncrypted = state === 'enabling' || state === 'encrypted' || state === 'rotating'
  return (root !== undefined) === isEncrypted && (next !== undefined) === (state === 'rotating')
}

function macOf(
  { storeId, state, root, next, compactionDue }: StoreHeader,
  key: KeyObject | undefined,
  format: number = STORE_FORMAT,
): string {
  const fields = [storeId, state, ...rootFields(root), ...rootFields(next)]
  const bridge = [next?.underCurrent ?? '', next?.currentUnderNext ?? '']
  return digestOf(key, ['header', format, ...fields, ...bridge, compactionDue === true ? 'due' : ''])
}

function rootFields(root: RootRecord | undefined): readonly (string | number)[] {
  if (root === undefined) return ['', '', '']
  const { description } = root
  const told =
    description.type === 'passphrase'
      ? [description.memoryKib, description.passes, description.parallelism, description.salt]
      : description.type === 'wrapped'
        ? [description.keyId, description.wrapped]
        : []
  return [root.version, root.check, JSON.stringify([description.type, ...told])]
}

function formatIn(json: unknown): number | undefined {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
  return typeof format === 'number' && Number.isSafeInteger(format) && format > 0 ? format : undefined
}
