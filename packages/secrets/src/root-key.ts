import type { KeyObject } from 'node:crypto'
import { deriveKey, digestOf, keyOf, randomKey, unwrapKey, wrapKey } from './crypto/keys.ts'
import { encodeFields } from './crypto/fields.ts'
import { placeFields, type SealPlace } from './scope-seal.ts'

/** A root key that is at hand, and the keys derived from it, each for one purpose. */
export interface RootKey {
  readonly version: number
  readonly key: KeyObject
  /** Wraps data keys. */
  readonly wrapping: KeyObject
  /** Vouches for the state of the store. */
  readonly header: KeyObject
  /** Vouches for the end of the audit trail. */
  readonly audit: KeyObject
}

/** Takes the bytes of a root key over, and wipes them. */
export function rootKeyOf(bytes: Uint8Array, version: number, storeId: string): RootKey {
  return rootKeyFrom(keyOf(bytes), version, storeId)
}

export function rootKeyFrom(key: KeyObject, version: number, storeId: string): RootKey {
  return {
    version,
    key,
    wrapping: deriveKey(key, storeId, 'wrapping'),
    header: deriveKey(key, storeId, 'header'),
    audit: deriveKey(key, storeId, 'audit'),
  }
}

/** Tells a root key from every other one, and tells nothing else about it. */
export function checkOf(root: RootKey, storeId: string): string {
  return digestOf(root.header, ['check', storeId, root.version])
}

/** A data key as it is stored: wrapped under a root key, for one scope. */
export interface WrappedKey {
  readonly rootVersion: number
  readonly version: number
  readonly box: string
}

/** The key under which a scope's rows are sealed; it is never stored but wrapped. */
export interface DataKey {
  readonly key: KeyObject
  readonly version: number
  readonly wrapped: WrappedKey
}

/** Makes a data key for a scope. */
export function newDataKey(root: RootKey, place: SealPlace, version: number): DataKey {
  return wrapDataKey(root, place, { key: randomKey(), version })
}

/** The same data key, wrapped under this root key. */
export function wrapDataKey(
  root: RootKey,
  place: SealPlace,
  { key, version }: { readonly key: KeyObject; readonly version: number },
): DataKey {
  const box = wrapKey(root.wrapping, key, wrapFields(root, place, version)).toString('base64')
  return { key, version, wrapped: { rootVersion: root.version, version, box } }
}

/** `undefined` for whatever was not wrapped under this root key for this scope. */
export function openDataKey(root: RootKey, place: SealPlace, wrapped: WrappedKey | undefined): DataKey | undefined {
  if (wrapped?.rootVersion !== root.version) return undefined
  const { box, version } = wrapped
  const key = unwrapKey(root.wrapping, Buffer.from(box, 'base64'), wrapFields(root, place, version))
  return key === undefined ? undefined : { key, version, wrapped }
}

/** Wraps one root key under another, so that either finishes a rotation that was interrupted. */
export function wrapRootKey(wrapping: RootKey, wrapped: RootKey, storeId: string): string {
  return wrapKey(wrapping.wrapping, wrapped.key, rootFields(wrapping, wrapped.version, storeId)).toString('base64')
}

export function openRootKey(wrapping: RootKey, box: string, version: number, storeId: string): RootKey | undefined {
  const key = unwrapKey(wrapping.wrapping, Buffer.from(box, 'base64'), rootFields(wrapping, version, storeId))
  return key === undefined ? undefined : rootKeyFrom(key, version, storeId)
}

function wrapFields(root: RootKey, place: SealPlace, version: number): Buffer {
  return encodeFields(['data key', ...placeFields(place), version, root.version])
}

function rootFields(wrapping: RootKey, version: number, storeId: string): Buffer {
  return encodeFields(['root key', storeId, version, wrapping.version])
}
