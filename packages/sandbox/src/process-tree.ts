import { readdirSync, readFileSync } from 'node:fs'

/** The processes of one run, found anew at each call: nothing is watched in between. */
export interface ProcessTree {
  /** Asks each process of the run to end. */
  terminate(): void
  /** Kills each process of the run. */
  kill(): void
  /** Kills what is left of the run after its first process has ended and its id may be given to another. */
  sweep(): void
}

/** A tree whose root waits for the namespace of its one child: with that child, every process of the run ends. */
export function namespacedTree(root: number): ProcessTree {
  const signal = (name: NodeJS.Signals): void => {
    const inside = descendantsOf(root)
    for (const id of inside) send(id, name)
    if (inside.length === 0) send(-root, name)
  }
  return { terminate: () => signal('SIGTERM'), kill: () => signal('SIGKILL'), sweep: () => undefined }
}

/**
 * A tree without a namespace: the process group, all descendants, and each process of this user whose initial
 * environment holds `mark`. One that left the group, lost its parents and cleared its environment is not found.
 */
export function markedTree(root: number, mark: string): ProcessTree {
  const signal = (name: NodeJS.Signals): void => {
    const descendants = descendantsOf(root)
    send(-root, name)
    for (const id of new Set([...descendants, ...markedBy(mark)])) send(id, name)
  }
  return {
    terminate: () => signal('SIGTERM'),
    kill: () => signal('SIGKILL'),
    sweep() {
      // A process can fork while we look: look again until nothing is found, but not for ever.
      for (let round = 0; round < 10; round += 1) {
        const left = [...membersOf(root), ...markedBy(mark)]
        if (left.length === 0) return
        for (const id of left) send(id, 'SIGKILL')
      }
    },
  }
}

interface Process {
  readonly id: number
  readonly parent: number
  readonly group: number
}

function descendantsOf(root: number): readonly number[] {
  const processes = listProcesses()
  const found: number[] = [root]
  for (const parent of found) {
    for (const { id } of processes.filter((process) => process.parent === parent)) found.push(id)
  }
  return found.slice(1)
}

function membersOf(group: number): readonly number[] {
  return listProcesses()
    .filter((process) => process.group === group)
    .map(({ id }) => id)
}

function markedBy(mark: string): readonly number[] {
  return processIds().filter((id) => id !== process.pid && read(`/proc/${id}/environ`).split('\0').includes(mark))
}

/** Fields 4 and 5 of /proc/PID/stat (proc_pid_stat(5)), counted from the last parenthesis since names can hold any. */
function listProcesses(): readonly Process[] {
  return processIds().flatMap((id) => {
    const stat = read(`/proc/${id}/stat`)
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie is dead already and waits for its parent.
    return parent === undefined || group === undefined || state === 'Z'
      ? []
      : [{ id, parent: Number(parent), group: Number(group) }]
  })
}

/** None where there is no /proc, as on macOS. */
function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((id) => Number.isInteger(id))
  } catch {
    return []
  }
}

/** Empty for a process that has ended meanwhile or belongs to somebody else. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function send(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name)
  } catch {
    // It has ended meanwhile.
  }
}
