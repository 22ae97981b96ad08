import { pino } from 'pino'
import { ConfigError, readConfig } from './config.ts'
import { createApp } from './create-app.ts'
import { listen } from './listen.ts'
import { openSystem } from './system/open-system.ts'

/** Reads the settings, opens everything, listens; on SIGTERM or SIGINT closes in the reverse order and ends. */
async function main(): Promise<void> {
  const config = await readConfig({ env: process.env, cwd: process.cwd() })
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ fd: 2, sync: true }))
  const system = await openSystem({ config, log })
  const listening = await listen(createApp(system.ports), config)
  await system.start()

  const stop = once(async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping: what runs is given its time')
    process.on(signal, () => process.exit(1))
    const stopped = system.stop()
    await Promise.all([stopped, listening.close(stopped)])
    log.info('stopped')
    process.exit(0)
  })
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  process.stdout.write(`agentic is ready at ${listening.url}\n`)
  if (system.adminToken.fresh !== undefined) {
    process.stdout.write(`Admin token, shown only this once: ${system.adminToken.fresh}\n`)
  }
}

function once(work: (signal: NodeJS.Signals) => Promise<void>): (signal: NodeJS.Signals) => void {
  let isRunning = false
  return (signal) => {
    if (isRunning) return
    isRunning = true
    work(signal).catch(fail)
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof ConfigError || error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

main().catch(fail)
