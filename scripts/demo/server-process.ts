import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bounded } from './waiting.ts'

export interface ServerOptions {
  /** Folder that the server runs in, so that it finds nobody's config file. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Whether to run the sources even where there is a build. */
  readonly fromSources: boolean
  /** Hears everything that the server writes to its standard output and error. */
  readonly onOutput: (text: string) => void
}

/** How a process ended: with a code, or by a signal. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ServerProcess {
  readonly url: string
  /** The admin token, when it is printed: on the first start on a folder. */
  readonly freshToken: Promise<string>
  /** How it ended, once it has. */
  ending(): Ending | undefined
  /** Asks it to end (SIGTERM). One that does not end is killed, and the call rejects. */
  stop(): Promise<Ending>
  /** Ends it at once (SIGKILL). */
  kill(): Promise<Ending>
}

const BUILT = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url))
const SOURCES = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url))

/** How much of what a server wrote is told when it did not start, in characters. */
const TOLD_LENGTH = 2000

/** Starts the server as a process of its own: the build where there is one. Resolves when it says that it is ready. */
export async function startServer({ cwd, env, fromSources, onOutput }: ServerOptions): Promise<ServerProcess> {
  const program = fromSources || !existsSync(BUILT) ? ['--conditions=@agentic/source', SOURCES] : [BUILT]
  const child = spawn(process.execPath, program, {
    cwd,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ready = Promise.withResolvers<string>()
  const freshToken = Promise.withResolvers<string>()
  const ended = Promise.withResolvers<Ending>()
  let ending: Ending | undefined
  let written = ''

  function hear(text: string): void {
    written += text
    onOutput(text)
    const url = /^agentic is ready at (\S+)$/m.exec(written)?.[1]
    if (url !== undefined) ready.resolve(url)
    const token = /^Admin token, .*: (\S+)$/m.exec(written)?.[1]
    if (token !== undefined) freshToken.resolve(token)
  }

  const killOnExit = (): void => void child.kill('SIGKILL')
  // Before the folder that it writes to is removed.
  process.prependListener('exit', killOnExit)
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  child.on('error', ready.reject)
  child.on('close', (code, signal) => {
    process.off('exit', killOnExit)
    ending = { code, signal }
    ended.resolve(ending)
    ready.reject(new Error(`the server ended (${signal ?? code}) before it was ready:\n${written.slice(-TOLD_LENGTH)}`))
  })

  async function kill(): Promise<Ending> {
    child.kill('SIGKILL')
    return bounded('the end of the killed server', ended.promise)
  }

  async function stop(): Promise<Ending> {
    child.kill('SIGTERM')
    try {
      return await bounded('the end of the server after SIGTERM', ended.promise)
    } catch (error) {
      await kill()
      throw error
    }
  }

  try {
    const url = await bounded('the line of the server that says it is ready', ready.promise)
    return { url, freshToken: freshToken.promise, ending: () => ending, stop, kill }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** The tour's own environment, but for settings of a server that somebody may have made for theirs. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const isInherited = (name: string): boolean => !name.startsWith('AGENTIC_') || name === 'AGENTIC_CHROMIUM_PATH'
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isInherited(name)))
}
