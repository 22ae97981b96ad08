import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeAgents } from './acts/asleep.ts'
import { visitPages } from './acts/browser.ts'
import { killServer } from './acts/crash.ts'
import { fireCronJob } from './acts/cron.ts'
import { answerEscalations } from './acts/escalations.ts'
import { letModelWork } from './acts/language-model.ts'
import { printEnvironments } from './acts/own-credentials.ts'
import { stopServer } from './acts/stop.ts'
import { ringAgents } from './acts/wake.ts'
import { outliveWallClock } from './acts/wall-clock.ts'
import { openReceiver } from '../../packages/webhooks/test/receiver.ts'
import { createBackend } from './backend.ts'
import { type Checks, createChecks } from './checks.ts'
import { createCredentials } from './credentials.ts'
import { openModel } from './model.ts'
import { readOutcomeTable } from './outcome-table.ts'
import { sandboxBackend } from './sandbox-backend.ts'
import { openSite } from './site.ts'
import { HOST_VARIABLE, type Stage } from './stage.ts'
import { describeError } from './waiting.ts'

const ACTS = [
  ['Two agents, asleep', makeAgents],
  ['Each command has its own agent’s credentials', printEnvironments],
  ['A ring gets an agent up', ringAgents],
  ['A command outlives its wall clock', outliveWallClock],
  ['Pages in a real browser', visitPages],
  ['A person answers the escalations', answerEscalations],
  ['A language model works, and asks', letModelWork],
  ['A cron job is fired', fireCronJob],
  ['The server is killed', killServer],
] as const satisfies readonly (readonly [title: string, play: (stage: Stage) => Promise<void>])[]

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Plays the tour against a real server on a folder of its own. Answers whether all checks held. */
async function tour(checks: Checks, opened: AsyncDisposableStack, fromSources: boolean): Promise<boolean> {
  const folder = opened.adopt(mkdtempSync(join(tmpdir(), 'agentic-tour-')), removeFolder)
  process.on('exit', () => removeFolder(folder))
  const site = opened.use(await openSite())
  const model = opened.use(await openModel())
  const receiver = opened.use(await openReceiver())
  const env = {
    AGENTIC_DATA_DIR: join(folder, 'data'),
    AGENTIC_PORT: '0',
    AGENTIC_GRACE_SECS: '1',
    AGENTIC_DRAIN_SECS: '2',
    AGENTIC_LOG_LEVEL: 'debug',
    AGENTIC_BROWSER_PRIVATE_HOSTS: site.host,
    AGENTIC_WEBHOOK_PRIVATE_HOSTS: receiver.host,
    AGENTIC_DEFAULT_MODEL: JSON.stringify({
      provider: 'openai-compatible',
      model: 'scripted',
      baseUrl: model.baseUrl,
      apiKeySecret: 'MODEL_KEY',
    }),
    [HOST_VARIABLE]: 'of the host alone',
  }
  const backend = opened.use(createBackend({ cwd: folder, env, fromSources }))
  const stage: Stage = { checks, backend, site, model, receiver, credentials: createCredentials() }

  checks.print(['A tour of agentic, against a server of its own on an empty folder'])
  await backend.start()
  checks.note(`it runs at ${backend.url}`)
  checks.note(`commands are contained by ${await sandboxBackend(backend)}`)
  for (const [index, [title, play]] of ACTS.entries()) await checks.act(`${index + 1}. ${title}`, () => play(stage))
  let table: readonly string[] = []
  await checks.act(`${ACTS.length + 1}. The server is told to stop`, async () => {
    table = await readOutcomeTable(backend)
    await stopServer(stage)
  })
  checks.print(['', ...table.map((row) => `  ${row}`), ''])
  return checks.conclude()
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Cleans up before a signal ends the tour; a second one ends it at once. */
function cleanUpOnSignals(checks: Checks, opened: AsyncDisposableStack): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      for (const each of SIGNALS) process.once(each, () => process.exit(1))
      checks.print(['', 'cleaning up'])
      checks.mute()
      const leave = (): never => process.exit(128 + constants.signals[signal])
      opened.disposeAsync().then(leave, leave)
    })
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'from-sources': { type: 'boolean', default: false } } })
  const checks = createChecks()
  const opened = new AsyncDisposableStack()
  cleanUpOnSignals(checks, opened)
  try {
    process.exitCode = (await tour(checks, opened, values['from-sources'])) ? 0 : 1
  } catch (error) {
    process.exitCode = 1
    checks.print([`the tour could not be played: ${describeError(error)}`])
  } finally {
    await opened.disposeAsync()
  }
}

await main()
