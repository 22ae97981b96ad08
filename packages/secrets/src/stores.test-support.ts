import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore, EmbeddedStoreError } from '@agentic/embedded-store'

export type Rows = Readonly<Record<string, unknown>>

export async function rowsIn(store: EmbeddedStore): Promise<Rows> {
  return Object.fromEntries((await store.list({})).map(({ key, value }) => [key, value]))
}

/** The row of a data key of a scope that lost its head. */
export function withoutHead(row: unknown): unknown {
  const { rootVersion, version, box } = row as { readonly [member: string]: unknown }
  return { format: 2, rootVersion, version, box }
}

/** The row of a data key with the head that another one has. */
export function withHeadOf(row: unknown, other: unknown): unknown {
  const { head, mac } = other as { readonly [member: string]: unknown }
  return { ...(row as object), head, mac }
}

export async function storeOf(rows: Rows): Promise<EmbeddedStore> {
  const store = createMemoryStore()
  await store.write(Object.entries(rows).map(([key, value]) => ({ type: 'put', key, value })))
  return store
}

/** A store that fails at its nth write and at all after it, as a killed process would. */
export function killedAt(store: EmbeddedStore, writes: number): EmbeddedStore & { readonly wasKilled: () => boolean } {
  let left = writes
  return {
    ...store,
    async write(operations) {
      if (operations.length > 0 && left-- <= 0) throw new EmbeddedStoreError('STORE_UNAVAILABLE', 'killed')
      await store.write(operations)
    },
    wasKilled: () => left < 0,
  }
}

/** A store that fails at its nth step from when it is told to, be it a write or the rewriting of files. */
export function killedAtStep(from: EmbeddedStore): {
  readonly store: EmbeddedStore
  readonly killAfter: (steps: number) => void
  readonly wasKilled: () => boolean
} {
  let left = Number.POSITIVE_INFINITY
  const step = (): void => {
    if (left-- <= 0) throw new EmbeddedStoreError('STORE_UNAVAILABLE', 'killed')
  }
  const store: EmbeddedStore = {
    ...from,
    async write(operations) {
      step()
      await from.write(operations)
    },
    async compact(range) {
      step()
      await from.compact(range)
    },
  }
  const killAfter = (steps: number): void => {
    left = steps
  }
  return { store, killAfter, wasKilled: (): boolean => left < 0 }
}

export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'agentic-secrets-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** All bytes of all files, as Latin-1. */
export async function bytesIn(folder: string): Promise<string> {
  const files = await readdir(folder)
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))).join('\n')
}

/**
 * Whether any piece of a random text is in these bytes. In pieces, since the compression of LevelDB's tables cuts texts
 * wherever four bytes of them came before.
 */
export function holds(bytes: string, text: string): boolean {
  const pieces = Array.from({ length: Math.floor(text.length / 8) }, (_, index) => text.slice(index * 8, index * 8 + 8))
  return pieces.some((piece) => bytes.includes(piece))
}
