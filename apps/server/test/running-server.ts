import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkerFunction } from '@agentic/worker'
import { type Logger, pino } from 'pino'
import { createApp, listen, openSystem, readConfig, type System } from '../src/index.ts'
import { createApi, type Api, type OnAnswer } from './api.ts'

export const ADMIN_TOKEN = 'test-admin-token-0123456789'

export interface RunningServer extends AsyncDisposable {
  readonly api: Api
  readonly url: string
  readonly dataDir: string
  readonly system: System
  /** Stops it; its data stay until it is disposed of. */
  stop(): Promise<void>
  /** Stops it and starts another one on the same data. */
  restart(): Promise<RunningServer>
}

export interface ServerOptions {
  readonly functions?: Readonly<Record<string, WorkerFunction>>
  readonly env?: Readonly<Record<string, string>>
  readonly dataDir?: string
  readonly onAnswer?: OnAnswer
  /** @default a silent one */
  readonly log?: Logger
  /** Called with each system before it starts, a restarted one too. */
  readonly beforeStart?: (system: System) => void
}

/** Starts the whole server in this process, listening on a free port of loopback. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'agentic-server-')))
  const settings = {
    AGENTIC_DATA_DIR: dataDir,
    AGENTIC_PORT: '0',
    AGENTIC_ADMIN_TOKEN: ADMIN_TOKEN,
    AGENTIC_GRACE_SECS: '1',
    AGENTIC_DRAIN_SECS: '0',
  }
  const config = await readConfig({ env: { ...settings, ...options.env }, cwd: dataDir })
  const system = await openSystem({
    config,
    log: options.log ?? pino({ level: 'silent' }),
    ...(options.functions === undefined ? {} : { functions: options.functions }),
  })
  options.beforeStart?.(system)
  const listening = await listen(createApp(system.ports), config)
  await system.start()
  let isStopped = false

  async function stop(): Promise<void> {
    if (isStopped) return
    isStopped = true
    const stopped = system.stop()
    await Promise.all([stopped, listening.close(stopped)])
  }

  return {
    api: createApi(listening.url, ADMIN_TOKEN, options.onAnswer),
    url: listening.url,
    dataDir,
    system,
    stop,
    async restart() {
      await stop()
      return startServer({ ...options, dataDir })
    },
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
