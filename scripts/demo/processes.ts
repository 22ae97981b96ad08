import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A number of seconds that nobody else sleeps: an argument by which a process is found again. */
export function createMarker(): string {
  return String(randomInt(100_000_000, 1_000_000_000))
}

/** Ids of the processes of this machine that have a word as one of their arguments. */
export async function processesWith(word: string): Promise<readonly number[]> {
  const all = process.platform === 'linux' ? await readProc() : await askPs()
  return all.filter(({ words }) => words.includes(word)).map(({ id }) => id)
}

interface RunningProcess {
  readonly id: number
  readonly words: readonly string[]
}

async function readProc(): Promise<readonly RunningProcess[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return Promise.all(
    ids.map(async (id) => {
      // One that has ended meanwhile has no words.
      const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
      return { id: Number(id), words: line.split('\0') }
    }),
  )
}

async function askPs(): Promise<readonly RunningProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,args='])
  return stdout.split('\n').map((line) => {
    const [id, ...words] = line.trim().split(/\s+/)
    return { id: Number(id), words }
  })
}
