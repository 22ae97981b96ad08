import { SandboxError } from './errors.ts'
import { refusedNames, refusedPrefixes } from './refused-names.ts'

const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
/** Half of what the kernel takes for one string, so that name and value always fit. */
const valueMaxBytes = 65_536
const totalMaxBytes = 327_680

const systemSearchPaths = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
const baseNames: ReadonlySet<string> = new Set(['PATH', 'HOME', 'PWD', 'TMPDIR', 'LANG', 'TERM', 'CI'])

export interface Base {
  readonly workspace: string
  readonly temporaryFolder: string
  readonly searchPaths: readonly string[]
}

/**
 * Builds the whole environment of a command from nothing: our base, then what is given. Without a prototype, since Node
 * copies inherited properties into a child's environment.
 */
export function environmentOf(base: Base, given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.assign(
    Object.create(null) as Record<string, string>,
    {
      PATH: [...base.searchPaths, ...systemSearchPaths].join(':'),
      HOME: base.workspace,
      PWD: base.workspace,
      TMPDIR: base.temporaryFolder,
      LANG: 'C.UTF-8',
      TERM: 'dumb',
      CI: 'true',
    },
    checkedEnvironment(given),
  )
}

/** Passes on the own variables of `given`, or refuses the first that must not reach a command. */
export function checkedEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  const checked = Object.create(null) as Record<string, string>
  let total = 0
  for (const [name, value] of Object.entries(given)) {
    checkName(name)
    total += name.length + checkedBytesOf(name, value) + 2
    checked[name] = value
  }
  if (total > totalMaxBytes) {
    throw refused(
      `env has ${total} bytes, more than ${totalMaxBytes}: give the command fewer or smaller variables, or a file in its workspace`,
    )
  }
  return checked
}

function checkName(name: string): void {
  const shown = JSON.stringify(name.slice(0, 64))
  if (!namePattern.test(name))
    throw refused(`the name ${shown} is not letters, digits and "_" (at most 128, no digit first): rename it`)
  const upper = name.toUpperCase()
  if (baseNames.has(upper))
    throw refused(`${shown} is set by the sandbox itself: leave it out (for PATH there is the option searchPaths)`)
  if (refusedNames.has(upper) || refusedPrefixes.some((prefix) => upper.startsWith(prefix))) {
    throw refused(`${shown} can make programs load foreign code: give it another name, or set it inside the command`)
  }
}

function checkedBytesOf(name: string, value: unknown): number {
  if (typeof value !== 'string') throw refused(`the value of ${name} is not a string`)
  if (value.includes('\0')) throw refused(`the value of ${name} holds a NUL character: encode it, as in base64`)
  const bytes = Buffer.byteLength(value)
  if (bytes > valueMaxBytes)
    throw refused(
      `the value of ${name} has ${bytes} bytes, more than ${valueMaxBytes}: put it in a file of the workspace`,
    )
  return bytes
}

function refused(problem: string): SandboxError {
  return new SandboxError('SANDBOX_ENV_REFUSED', `env: ${problem}`)
}
