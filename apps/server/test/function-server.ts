import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkerFunction } from '@agentic/worker'
import { pino } from 'pino'
import { createApp, listen, openSystem, readConfig } from '../src/index.ts'

/*
 * A server as a backend in Node.js would embed it, with functions for its agents. Each writes its run's id to a file of
 * its task in the agent's workspace, so that one can see from the outside how often it was called.
 */

const linesOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

const functions: Readonly<Record<string, WorkerFunction>> = {
  async note({ workspace, taskId, runId }) {
    await mkdir(workspace, { recursive: true })
    await appendFile(join(workspace, taskId), `${runId}\n`)
  },
  /** Is blocked the first time, and goes on once a person said so. */
  async block(context) {
    const hasBeenHere = (await linesOf(join(context.workspace, context.taskId))) !== ''
    await functions['note']?.(context)
    if (!hasBeenHere)
      context.reportBlock({ reason: { type: 'login-wall' }, evidence: { signals: ['a function said so'] } })
  },
  async nothing() {},
}

const config = await readConfig({ env: process.env, cwd: process.cwd() })
const log = pino({ level: config.logLevel, base: null }, pino.destination({ fd: 2, sync: true }))
const system = await openSystem({ config, log, functions })
const listening = await listen(createApp(system.ports), config)
await system.start()
process.once('SIGTERM', () => {
  const stopped = system.stop()
  void Promise.all([stopped, listening.close(stopped)]).then(() => process.exit(0))
})
process.stdout.write(`agentic is ready at ${listening.url}\n`)
