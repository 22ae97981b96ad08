import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Api, createApi } from '../apps/server/test/api.ts'

export const ADMIN_TOKEN = 'story-admin-token-0123456789'

/** Makes a program of a file of sources. */
export const fromSources = (url: URL): readonly string[] => ['--conditions=@agentic/source', fileURLToPath(url)]

const MAIN = fromSources(new URL('../apps/server/src/main.ts', import.meta.url))

export interface ServerProcessOptions {
  readonly dataDir: string
  /** Settings over those of every story; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /**
   * A program and its first arguments, which then becomes the server.
   * @default none
   */
  readonly within?: readonly string[] | undefined
  /**
   * What Node.js is to run.
   * @default the server's sources
   */
  readonly program?: readonly string[] | undefined
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A server as an operator runs it: a process of its own, started from the sources. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number
  /** Its URL, once it says that it is ready; rejects with what it said instead. */
  readonly url: Promise<string>
  /** A caller of it, once it is ready. */
  readonly api: Promise<Api>
  /** When it is gone and all that it wrote has been read. */
  readonly ended: Promise<ProcessEnd>
  stdout(): string
  stderr(): string
  /** Sends a signal and waits for the end. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<ProcessEnd>
}

/** Starts a server on a free port, with no setting but these. */
export function spawnServer(options: ServerProcessOptions): ServerProcess {
  const { dataDir, env = {}, within = [], program = MAIN } = options
  const settings: Readonly<Record<string, string | undefined>> = {
    PATH: process.env['PATH'],
    TMPDIR: process.env['TMPDIR'],
    // Where Node keeps compiled code when a program asks it to: halves the time of a start.
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    AGENTIC_DATA_DIR: dataDir,
    AGENTIC_PORT: '0',
    AGENTIC_ADMIN_TOKEN: ADMIN_TOKEN,
    AGENTIC_GRACE_SECS: '1',
    AGENTIC_DRAIN_SECS: '0',
    ...env,
  }
  const [file = process.execPath, ...args] = [...within, process.execPath, ...program]
  const child = spawn(file, args, {
    cwd: dataDir,
    env: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  const url = Promise.withResolvers<string>()
  const ended = Promise.withResolvers<ProcessEnd>()
  const killWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', killWithUs)

  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text
    const ready = /^agentic is ready at (\S+)\n/m.exec(written.stdout)?.[1]
    if (ready !== undefined) url.resolve(ready)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text
  })
  child.on('error', ended.reject)
  child.on('close', (code, signal) => {
    process.removeListener('exit', killWithUs)
    url.reject(new Error(`the server ended (${code ?? signal}) before it was ready: ${written.stderr}`))
    ended.resolve({ code, signal })
  })
  // Not every story waits for it.
  url.promise.catch(() => undefined)
  const token = settings['AGENTIC_ADMIN_TOKEN']
  const api = url.promise.then((ready) => createApi(ready, token))
  api.catch(() => undefined)

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<ProcessEnd> {
    child.kill(signal)
    return ended.promise
  }

  return {
    pid: child.pid ?? -1,
    url: url.promise,
    api,
    ended: ended.promise,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
    },
  }
}

/** A folder for a server's data, removed at the end. */
export async function makeDataDir(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'agentic-story-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** What a server logged, line by line; throws on a line that is not JSON. */
export function logLines(stderr: string): readonly { readonly level: number; readonly msg: string }[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly level: number; readonly msg: string })
}
