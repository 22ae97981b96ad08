import type { KeyObject } from 'node:crypto'
import { openBox, sealBox, tagOf } from './crypto/aead.ts'
import { encodeFields } from './crypto/fields.ts'
import { deriveKey, digestOf, sameDigest } from './crypto/keys.ts'
import type { SecretMetadata, SecretRecord } from './record.ts'
import { readHead, type ScopeHead, storeHead, type StoredHead } from './scope-head.ts'
import type { SecretScope } from './secret-scope.ts'
import {
  type ClearRow,
  isClearRow,
  isSealedRow,
  metadataOf,
  readBody,
  type RecordBody,
  ROW_FORMAT,
  type SealedRow,
} from './stored-row.ts'

/** A row as it is to be stored, and the tag by which the head knows it. */
export interface SealedRecord {
  readonly row: ClearRow | SealedRow
  readonly tag: string
}

export interface OpenedRecord {
  readonly record: SecretRecord
  readonly tag: string
}

/** Protects the rows of one scope. What was sealed opens at the same place only: same store, scope and name. */
export interface ScopeSeal {
  sealRecord(name: string, record: SecretRecord): SealedRecord
  /** `undefined` for whatever was not sealed by this seal for this place. */
  openRecord(name: string, json: unknown): OpenedRecord | undefined
  sealHead(head: ScopeHead): StoredHead
  openHead(json: unknown): ScopeHead | undefined
  /** Seals a legacy row that is kept under this key. */
  sealKept(key: string, json: unknown): unknown
  /** `undefined` for whatever was not sealed by this seal for this place. */
  openKept(key: string, json: unknown): { readonly json: unknown } | undefined
}

/** Where a seal is for. */
export interface SealPlace {
  readonly storeId: string
  readonly scope: SecretScope
}

const CHECKSUM_BYTES = 16
const NOTHING = Buffer.alloc(0)

/** Notices damage, and nothing more: whoever can write to the store can write this too. */
export function createClearSeal(place: SealPlace): ScopeSeal {
  const checksum = (name: string, metadata: SecretMetadata, body: string): string => {
    const digest = digestOf(undefined, [...recordFields(place, name, metadata, 0), body])
    return Buffer.from(digest, 'base64').subarray(0, CHECKSUM_BYTES).toString('base64')
  }
  return {
    sealRecord(name, record) {
      const metadata = metadataOf(record)
      const body = JSON.stringify(bodyOf(record))
      const tag = checksum(name, metadata, body)
      return { row: { format: ROW_FORMAT, ...metadata, seal: 'clear', body, checksum: tag }, tag }
    },
    openRecord(name, json) {
      if (!isClearRow(json)) return undefined
      const metadata = metadataOf(json)
      if (!sameDigest(json.checksum, checksum(name, metadata, json.body))) return undefined
      return opened(metadata, json.body, json.checksum)
    },
    ...clearHeadSeal(place),
    sealKept: (_key, json) => json,
    openKept: (_key, json) => ({ json }),
  }
}

/** Encrypts with the data key of the scope, AES-256-GCM; all that is told in clear is authenticated with it. */
export function createKeyedSeal(place: SealPlace, dataKey: KeyObject, keyVersion: number): ScopeSeal {
  const associated = (name: string, metadata: SecretMetadata): Buffer =>
    encodeFields(recordFields(place, name, metadata, keyVersion))
  const keptFields = (key: string): Buffer => encodeFields(['kept', ...placeFields(place), key, keyVersion])
  return {
    sealRecord(name, record) {
      const metadata = metadataOf(record)
      const box = sealBox(dataKey, Buffer.from(JSON.stringify(bodyOf(record))), associated(name, metadata))
      const row: SealedRow = {
        format: ROW_FORMAT,
        ...metadata,
        seal: 'aes-256-gcm',
        keyVersion,
        box: box.toString('base64'),
      }
      return { row, tag: tagOf(box) }
    },
    openRecord(name, json) {
      if (!isSealedRow(json) || json.keyVersion !== keyVersion) return undefined
      const metadata = metadataOf(json)
      const box = Buffer.from(json.box, 'base64')
      const body = openBox(dataKey, box, associated(name, metadata))
      return body === undefined ? undefined : opened(metadata, body.toString(), tagOf(box))
    },
    ...keyedHeadSeal(place, dataKey, keyVersion),
    sealKept: (key, json) => ({
      seal: 'aes-256-gcm',
      keyVersion,
      box: sealBox(dataKey, Buffer.from(JSON.stringify(json)), keptFields(key)).toString('base64'),
    }),
    openKept(key, json) {
      const box = (json as { box?: unknown } | null)?.box
      if (typeof box !== 'string') return undefined
      const text = openBox(dataKey, Buffer.from(box, 'base64'), keptFields(key))
      return text === undefined ? undefined : { json: JSON.parse(text.toString()) as unknown }
    },
  }
}

/** What says where in which store something belongs; part of all that is authenticated. */
export function placeFields({ storeId, scope }: SealPlace): readonly string[] {
  return [storeId, scope.type, scope.type === 'agent' ? scope.agentId : '']
}

type HeadSeal = Pick<ScopeSeal, 'sealHead' | 'openHead'>

function headFields(place: SealPlace, keyVersion: number, told: readonly (string | number)[]) {
  return ['head', ...placeFields(place), keyVersion, ...told]
}

function clearHeadSeal(place: SealPlace): HeadSeal {
  const digest = (told: readonly (string | number)[]): string => digestOf(undefined, headFields(place, 0, told))
  return {
    sealHead: (head) => storeHead(head, (text) => digest([text])),
    openHead: (json) =>
      readHead(json, {
        text: (text, mac) => sameDigest(mac, digest([text])),
        fields: (fields, mac) => sameDigest(mac, digest(fields)),
      }),
  }
}

/** The data key seals nothing here, and vouches for what the head says: that is quicker than to derive a key for it. */
function keyedHeadSeal(place: SealPlace, dataKey: KeyObject, keyVersion: number): HeadSeal {
  const associated = (text: string): Buffer => encodeFields(headFields(place, keyVersion, [text]))
  return {
    sealHead: (head) => storeHead(head, (text) => sealBox(dataKey, NOTHING, associated(text)).toString('base64')),
    openHead: (json) =>
      readHead(json, {
        text: (text, mac) => openBox(dataKey, Buffer.from(mac, 'base64'), associated(text))?.length === 0,
        fields(fields, mac) {
          const key = deriveKey(dataKey, place.storeId, 'scope head')
          return sameDigest(mac, digestOf(key, headFields(place, keyVersion, fields)))
        },
      }),
  }
}

function recordFields(
  place: SealPlace,
  name: string,
  { version, category, createdAt, updatedAt, expiresAt = '', unsafeNameAllowed }: SecretMetadata,
  keyVersion: number,
): readonly (string | number)[] {
  const told = [version, category, createdAt, updatedAt, expiresAt, unsafeNameAllowed === true ? 'unsafe' : '']
  return ['record', ROW_FORMAT, ...placeFields(place), name, keyVersion, ...told]
}

function bodyOf({ value, previous }: SecretRecord): RecordBody {
  return previous === undefined ? { value } : { value, previous }
}

function opened(metadata: SecretMetadata, text: string, tag: string): OpenedRecord | undefined {
  const body = readBody(text)
  if (body === undefined) return undefined
  const { value, previous } = body
  return { record: previous === undefined ? { ...metadata, value } : { ...metadata, value, previous }, tag }
}
