import { readdir, readFile } from 'node:fs/promises'

/** What a process takes of the machine, as the kernel counts it. */
export interface ProcessCost {
  /** Processor time since its start, in milliseconds, to 10 ms. */
  readonly cpuMs: number
  /** Memory that is resident: all of it, and without the pages of files, which the kernel takes back when it needs them. */
  readonly rssBytes: number
  readonly ownBytes: number
  /** How often its main thread has gone to sleep: a timer that fires is one. */
  readonly sleeps: number
  readonly openFiles: number
}

/** The kernel's unit of processor time, on every Linux that Node.js runs on. */
const MS_PER_TICK = 10

/** Reads what a process costs. Linux only. */
export async function costOf(pid: number): Promise<ProcessCost> {
  const [stat, status, files] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
  ])
  // The name of the program is in brackets and may hold anything; times are 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
    rssBytes: number('VmRSS') * 1024,
    ownBytes: number('RssAnon') * 1024,
    sleeps: number('voluntary_ctxt_switches'),
    openFiles: files.length,
  }
}
