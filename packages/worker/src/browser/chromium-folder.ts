import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const PREFIX = 'agentic-chromium-'

/** How long killed processes are waited for. */
const GONE_MS = 500

/** Makes the folder of one Chromium, which says whose it is. */
export async function makeChromiumFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX))
  await writeFile(join(folder, 'owner'), JSON.stringify(ownerOf(process.pid)))
  return folder
}

export async function removeChromiumFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** Kills all that a Chromium started: Playwright makes it the leader of a process group. */
export function killChromium(folder: string): void {
  signalGroup(folder, 'SIGKILL')
}

/** Waits a moment for a killed Chromium's processes to be gone. */
export async function chromiumGone(folder: string): Promise<void> {
  const until = performance.now() + GONE_MS
  while (signalGroup(folder, 0) && hasLiving(folder) && performance.now() < until) await delay(10)
}

/** Removes what processes that were killed themselves could not: their Chromiums' folders, and the Chromiums if they still run. */
export async function sweepChromiumFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(tmpdir(), name)
    if (!(await isAbandoned(folder))) continue
    if (isChromiumOf(folder)) killChromium(folder)
    await removeChromiumFolder(folder).catch(() => undefined)
  }
}

/** A process of this host that wrote the folder, by its id and, since ids come again, by the time it was started. */
interface Owner {
  readonly host: string
  readonly pid: number
  readonly startedAt: string
}

function ownerOf(pid: number): Owner {
  return { host: hostname(), pid, startedAt: startOf(pid) ?? '' }
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    if ((await stat(folder)).uid !== process.getuid?.()) return false
    const owner = JSON.parse(await readFile(join(folder, 'owner'), 'utf8')) as Owner
    // Where /proc does not say, whether it lives is not known: it is left.
    return process.platform === 'linux' && owner.host === hostname() && startOf(owner.pid) !== owner.startedAt
  } catch {
    return false
  }
}

function startOf(pid: number): string | undefined {
  return statOf(String(pid))[STAT_START]
}

const STAT_STATE = 0
const STAT_GROUP = 2
const STAT_START = 19

/** Fields of proc_pid_stat(5) behind the name, which may hold anything. */
function statOf(pid: string): readonly string[] {
  const stat = contentOf(`/proc/${pid}/stat`)
  return stat === undefined ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** A group can be nothing but zombies, where the first process of a container takes in no orphans. */
function hasLiving(folder: string): boolean {
  if (process.platform !== 'linux') return true
  const group = String(pidIn(folder))
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
  return stats.some((stat) => stat[STAT_GROUP] === group && stat[STAT_STATE] !== 'Z')
}

function isChromiumOf(folder: string): boolean {
  return contentOf(`/proc/${pidIn(folder)}/cmdline`)?.includes(folder) === true
}

function signalGroup(folder: string, signal: 'SIGKILL' | 0): boolean {
  const pid = pidIn(folder)
  if (pid === undefined) return false
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

/** `undefined` when it has not started yet. */
function pidIn(folder: string): number | undefined {
  const pid = Number(contentOf(join(folder, 'pid')))
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
