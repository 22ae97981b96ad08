import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { killUnderLoad } from './faults.ts'
import { compareIdle } from './idle.ts'
import { populate, type Population, populationIn } from './population.ts'
import { faultsLines, idleLines, populationLines, wakesLines } from './report.ts'
import { measureWakes } from './wakes.ts'

const PARTS = ['population', 'idle', 'wakes', 'faults'] as const
type Part = (typeof PARTS)[number]

const HELP = `Proves the promises about a fleet of sleeping agents: how little they cost, how soon they get up, and that
nothing is lost or doubled when the server is killed.

pnpm fleet [population] [idle] [wakes] [faults] [options]     all of them where none is named

--agents N     how many agents sleep (default 1000000; with --short 20000)
--kills N      how many servers are killed under load (default 200; with --short 10)
--seconds N    how long an idle server is watched (default 60; with --short 10); each load lasts a tenth of it
--seed N       what is asked and when it is killed, to repeat a run (default a random one, which is told)
--folder PATH  where the agents are kept and found again (default a new folder, removed at the end)
--short        a quick look, of a minute or two
`

/** What is asked for on the command line. */
function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      agents: { type: 'string' },
      kills: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      folder: { type: 'string' },
      short: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.find((name) => !PARTS.some((part) => part === name))
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${PARTS.join(', ')}`)
  const whole = (name: 'agents' | 'kills' | 'seconds' | 'seed', otherwise: number): number => {
    const number = Number(values[name] ?? otherwise)
    if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1`)
    return number
  }
  return {
    isHelp: values.help,
    parts: new Set(positionals.length === 0 ? PARTS : (positionals as Part[])),
    agents: whole('agents', values.short ? 20_000 : 1_000_000),
    kills: whole('kills', values.short ? 10 : 200),
    seconds: whole('seconds', values.short ? 10 : 60),
    seed: whole('seed', 1 + Math.floor(Math.random() * 1_000_000)),
    folder: values.folder,
  }
}

type Options = ReturnType<typeof readOptions>

async function main(): Promise<void> {
  const options = readOptions()
  if (options.isHelp) return void process.stdout.write(HELP)
  const say = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n\n`)
  say([`load of the machine before: ${loadavg()[0]?.toFixed(1)}`])
  if (options.parts.has('population') || options.parts.has('idle') || options.parts.has('wakes'))
    await withFolder(options.folder, (folder) => proveFleet(populationIn(folder, options.agents), options, say))
  // Last: what it finds wrong ends the run.
  if (options.parts.has('faults')) say(faultsLines(options, await killUnderLoad(options)))
}

async function proveFleet(
  population: Population,
  { parts, seconds, seed }: Options,
  say: (lines: readonly string[]) => void,
): Promise<void> {
  say(populationLines(await populate(population)))
  if (parts.has('idle')) say(idleLines(await compareIdle({ population, seconds, starts: 5 }), seconds))
  if (parts.has('wakes')) {
    const loadSeconds = Math.max(1, Math.round(seconds / 10))
    say(wakesLines(await measureWakes({ population, seconds: loadSeconds, seed })))
  }
}

async function withFolder(folder: string | undefined, work: (folder: string) => Promise<void>): Promise<void> {
  if (folder !== undefined) return work(resolve(folder))
  const made = await mkdtemp(join(tmpdir(), 'agentic-fleet-'))
  try {
    await work(made)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})
