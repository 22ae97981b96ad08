import { release } from 'node:os'
import type { Order } from './backend.ts'
import { statusDescriptor } from './backend.ts'

/**
 * Says that everything stands, and waits for the word to go on. A host that was killed, or that has given the run up,
 * while its surroundings were being made gives none: only now is the end of this process tied to that of the host, so a
 * command begun without that word might never be ended.
 */
const waitForTheWord = `{ echo >&${statusDescriptor} && read -r go <&${statusDescriptor}; } 2>/dev/null || exit 1`

/**
 * Shell text that says "everything stands" on the status descriptor, waits for the word, and then becomes the command in its arguments. A
 * core file would hold the environment, hence none.
 */
export function startScript(order: Order): string {
  return `ulimit -c 0
${limitsOf(order)}${waitForTheWord}
exec ${statusDescriptor}>&- "$@"`
}

/**
 * The same for the first process of a process namespace, which stays: the kernel spares such a process every signal
 * that it does not handle, so a command in its place could not be asked to end, and orphans are left to it to reap.
 * Its own standard error goes nowhere, since shells remark there on how a child ended.
 */
export function initScript(order: Order): string {
  return `ulimit -c 0
${limitsOf(order)}${waitForTheWord}
exec ${statusDescriptor}>&- 4>&2 2>/dev/null
(exec 2>&4 4>&-; exec "$@")
exit $?`
}

/** Setting a limit fails where the host's own is lower already, which is as good. */
function limitsOf({ memoryBytes, processes }: Order): string {
  const lines: string[] = []
  // RLIMIT_DATA and not RLIMIT_AS: runtimes such as V8 reserve far more addresses than they use.
  if (memoryBytes !== undefined) lines.push(`ulimit -d ${Math.ceil(memoryBytes / 1024)} 2>/dev/null\n`)
  // The letter for RLIMIT_NPROC is -u in bash, -p in dash and busybox.
  if (processes !== undefined) lines.push(`{ ulimit -u ${processes} || ulimit -p ${processes}; } 2>/dev/null\n`)
  return lines.join('')
}

/** Before 5.14, Linux counted all processes of the user on the host against RLIMIT_NPROC, namespace or not. */
export function countsProcessesByNamespace(kernel: string = release()): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10))
  return major > 5 || (major === 5 && minor >= 14)
}
