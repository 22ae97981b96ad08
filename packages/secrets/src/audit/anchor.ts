import type { EmbeddedStore } from '@agentic/embedded-store'
import { SecretsError } from '../errors.ts'
import { auditKey } from '../row-keys.ts'
import { findJson, jsonOf } from '../rows.ts'

/**
 * Remembers how far a store has come, where whoever can write to its disk cannot: with a KMS, in another database, on
 * another machine. Nothing in it is secret.
 */
export interface RollbackAnchor {
  /** What was written last; `undefined` at first, or to accept the store as it is. */
  read(): Promise<string | undefined>
  /** Is awaited before the change that it is about resolves, one at a time. */
  write(position: string): Promise<void>
}

interface Position {
  readonly sequence: number
  readonly hash: string
}

export function anchorText(storeId: string, { sequence, hash }: Position): string {
  return `${storeId} ${sequence} ${hash}`
}

/** Rejects a store whose trail does not go through the position that was anchored, and ends before it. */
export async function checkAnchor(
  store: EmbeddedStore,
  storeId: string,
  anchor: RollbackAnchor,
  end: Position | undefined,
): Promise<void> {
  const text = await anchor.read()
  if (text === undefined) return
  const [anchoredId, number = '', hash] = text.split(' ')
  const sequence = Number(number)
  const entry = jsonOf(await findJson(store, auditKey(Number.isSafeInteger(sequence) ? sequence : 0)))
  const isOnTheWay = (entry as { hash?: unknown } | undefined)?.hash === hash
  if (anchoredId === storeId && end !== undefined && end.sequence >= sequence && isOnTheWay) return
  throw new SecretsError(
    'SECRETS_ROLLED_BACK',
    'the store is not what was anchored, or as it was before: restore the latest backup, or clear the anchor to accept it as it is',
  )
}
