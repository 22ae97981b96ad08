import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, createSandbox, type OutputChunk, type Sandbox, type SandboxBackend } from '@agentic/sandbox'

export interface TestFolder extends AsyncDisposable {
  readonly path: string
}

/** A folder of the test's own, gone when its block ends. */
export async function testFolder(): Promise<TestFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-test-')))
  await chmod(path, 0o700)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Ids of this host's living processes in whose environment or arguments the text stands. */
export function processesWith(file: 'environ' | 'cmdline', text: string): readonly string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/${file}`, 'utf8').includes(text)
    } catch {
      return false
    }
  })
}

export const shell = (line: string): Command => ({ type: 'shell', line })

/** An `onOutput` with a promise of the first output, by which a command says that it is up. */
export function firstOutput(): { readonly onOutput: (chunk: OutputChunk) => void; readonly seen: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>()
  return { onOutput: ({ bytes }) => resolve(bytes.toString()), seen: promise }
}

export type TriedBackend =
  | { readonly name: SandboxBackend; readonly sandbox: Sandbox }
  | { readonly name: SandboxBackend; readonly sandbox?: undefined; readonly why: string }

/** A sandbox on each backend that works on this host, and why the others do not. */
export function tryOutBackends(): Promise<readonly TriedBackend[]> {
  return Promise.all((['bubblewrap', 'unshare', 'env-only'] as const).map(tryOut))
}

async function tryOut(name: SandboxBackend): Promise<TriedBackend> {
  try {
    return { name, sandbox: await createSandbox({ containment: 'prefer', backends: [name] }) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { name, why }
  }
}

export interface Level {
  put(key: string, value: string): Promise<void>
  close(): Promise<void>
}

/** Borrowed from the neighbour that owns the dependency: LevelDB opens its files without close-on-exec. */
export async function openLevel(path: string): Promise<Level> {
  const { ClassicLevel } = createRequire(new URL('../../embedded-store/package.json', import.meta.url))(
    'classic-level',
  ) as {
    ClassicLevel: new (path: string) => Level
  }
  const level = new ClassicLevel(path)
  await level.put('key', 'value')
  return level
}
