import type { StoryReport } from '../../tests/kill-story/story.ts'
import type { FaultsOptions } from './faults.ts'
import type { IdleComparison } from './idle.ts'
import type { PopulationReport } from './population.ts'
import type { WakesReport } from './wakes.ts'

const MEGABYTE = 1_000_000

const count = (number: number): string => Math.round(number).toLocaleString('en')
const oneDigit = (number: number): string => number.toFixed(1)
/** Milliseconds with as many digits as tell something. */
const ms = (number: number): string => `${number < 10 ? number.toFixed(2) : Math.round(number)} ms`
const ratio = (one: number, other: number): string => (one / other).toFixed(2)

export function populationLines({ agents, made, seconds, bytes }: PopulationReport): readonly string[] {
  const rate =
    made === 0 ? 'all were there' : `${count(made)} made in ${count(seconds)} s, ${count(made / seconds)} a second`
  return [
    `${count(agents)} dormant agents, each with two secrets, a memory and a cron job: ${rate}`,
    `  disk: ${count(bytes / agents)} bytes an agent, ${count(bytes / MEGABYTE)} MB in all`,
  ]
}

export function idleLines({ empty, full, asks }: IdleComparison, seconds: number): readonly string[] {
  const above = (full.rssBytes - empty.rssBytes) / MEGABYTE
  const ownAbove = (full.ownBytes - empty.ownBytes) / MEGABYTE
  return [
    'a server with them, beside an empty one:',
    `  start-up: ${ms(full.startMs)} beside ${ms(empty.startMs)}, ${ratio(full.startMs, empty.startMs)} times (target 1.5)`,
    `  memory above the empty server: ${oneDigit(above)} MB, ${oneDigit(ownAbove)} MB without mapped files (target 100)`,
    `  processor in ${seconds} s of rest: ${full.cpuMs} ms beside ${empty.cpuMs} ms, in steps of 10 (target: not measurable)`,
    `  main thread awake ${full.sleeps} times beside ${empty.sleeps}; open files ${full.openFiles} beside ${empty.openFiles}`,
    ...asks.map(
      ({ name, emptyMs, fullMs }) => `  ${name}: ${ms(fullMs)} beside ${ms(emptyMs)}, ${ratio(fullMs, emptyMs)} times`,
    ),
  ]
}

export function wakesLines(reports: Readonly<Record<string, WakesReport>>): readonly string[] {
  return Object.entries(reports).flatMap(([name, { most, idle, loaded }]) => [
    `from ringing to the start of the work, ${name}:`,
    ...Object.entries({ idle, loaded, most }).map(
      ([load, { wakesPerSecond, p50Ms, p99Ms }]) =>
        `  ${load}: p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)} at ${count(wakesPerSecond)} a second`,
    ),
  ])
}

export function faultsLines({ kills, seed }: FaultsOptions, report: StoryReport): readonly string[] {
  const { tasks, runs, lostRuns, firings, events, deletedAgents } = report
  return [
    `${count(kills)} kills, seed ${seed}: nothing lost, nothing doubled (P8, P12, P13, P14, P16, P19)`,
    `  checked: ${count(tasks)} tasks, ${count(runs)} runs of which ${count(lostRuns)} were cut off, ${count(firings)} firings, ` +
      `${count(events)} events, ${count(deletedAgents)} deleted agents`,
  ]
}
