import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, OutputChunk } from '@agentic/sandbox'

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
