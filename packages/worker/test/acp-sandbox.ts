import { dirname, join } from 'node:path'
import process from 'node:process'
import { createSandbox, type Sandbox } from '@agentic/sandbox'

const root = join(import.meta.dirname, '..', '..', '..')
const program = join(import.meta.dirname, 'acp-agent.ts')

/** A sandbox that shows what the scripted agent needs: Node itself, and these sources with their dependencies. */
export function agentSandbox(): Promise<Sandbox> {
  return createSandbox({
    containment: 'prefer',
    readOnlyPaths: [root, dirname(dirname(process.execPath))],
    searchPaths: [dirname(process.execPath)],
  })
}

/** The command of the scripted agent; the words after the script are its own, and a mark to find its processes by. */
export function scripted(script: string, ...words: readonly string[]): readonly [string, ...string[]] {
  return ['node', '--no-warnings', program, script, ...words]
}
