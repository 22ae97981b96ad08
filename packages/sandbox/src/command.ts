import type { Command } from './sandbox.ts'
import { SandboxError } from './errors.ts'

/** Linux takes 32 pages for one argument, its final NUL included (`MAX_ARG_STRLEN`, execve(2)). */
const argumentMaxBytes = 131_071
/** Arguments and environment share a quarter of the stack limit, 2 MiB by default: this leaves room for both and their pointers. */
const argumentsMaxBytes = 1_048_576

/** Turns a command into arguments that the kernel will take, so that a run never fails on E2BIG. */
export function argumentsOf(command: Command): readonly string[] {
  const parts = command.type === 'argv' ? command.argv : ['/bin/sh', '-c', command.line]
  if (!Array.isArray(parts) || parts.length === 0 || parts[0] === '') throw invalid('name a program in argv[0]')
  if (String(parts[0]).startsWith('-'))
    throw invalid('argv[0] starts with "-", which a shell takes for an option: write ./ before it')
  let total = 0
  for (const [index, part] of parts.entries()) {
    const field = command.type === 'argv' ? `argv[${index}]` : 'line'
    if (typeof part !== 'string') throw invalid(`${field} must be a string`)
    if (part.includes('\0')) throw invalid(`${field} holds a NUL character: take it out`)
    const bytes = Buffer.byteLength(part)
    if (bytes > argumentMaxBytes) {
      throw invalid(
        `${field} has ${bytes} bytes where the system takes ${argumentMaxBytes}: put it in a file of the workspace`,
      )
    }
    total += bytes + 1
  }
  if (total > argumentsMaxBytes) {
    throw invalid(`argv has ${total} bytes, more than ${argumentsMaxBytes}: put part of it in a file of the workspace`)
  }
  return parts
}

function invalid(problem: string): SandboxError {
  return new SandboxError('SANDBOX_COMMAND_INVALID', `command: ${problem}`)
}
