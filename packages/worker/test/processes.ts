import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface SeenProcess {
  readonly commandLine: string
  readonly environment: string
}

/** The host's processes that have a text in their command line or environment; Linux only. */
export function processesWith(text: string): readonly SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ commandLine: fileOf(pid, 'cmdline'), environment: fileOf(pid, 'environ') }))
    .filter(({ commandLine, environment }) => commandLine.includes(text) || environment.includes(text))
}

/** A process may be gone since the folder was read. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** A temporary folder for this process alone, by which the browsers that it starts are told from those of others. */
export interface OwnTemporaryFolder {
  readonly path: string
  /** Processes of browsers that were started here; this one has the folder in no environment that it was started with. */
  browsers(): readonly SeenProcess[]
  /** Folders of browsers that were started here. */
  leftovers(): readonly string[]
  remove(): void
}

export function ownTemporaryFolder(): OwnTemporaryFolder {
  const before = process.env['TMPDIR']
  const path = mkdtempSync(join(tmpdir(), 'own-'))
  process.env['TMPDIR'] = path
  return {
    path,
    browsers: () => processesWith(join(path, 'agentic-chromium-')),
    leftovers: () => readdirSync(path).filter((name) => name.startsWith('agentic-chromium-')),
    remove() {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
      rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
