import { OWN_NAMES, OWN_PREFIXES, UNSAFE_NAMES, UNSAFE_PREFIXES } from './env-names.ts'

/** Why a name must not be given to a worker: `refused` always, `unsafe` unless somebody says that it is meant. */
export interface EnvNameProblem {
  readonly type: 'refused' | 'unsafe'
  readonly why: string
}

const PORTABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * Judges the name of an environment variable, from whatever source it comes. Names are compared in upper case, since
 * some programs do so. No such list is ever complete: it is the second wall, behind naming by trusted people.
 */
export function envNameProblem(name: string): EnvNameProblem | undefined {
  if (!PORTABLE.test(name)) {
    return {
      type: 'refused',
      why: 'a name in an environment is 1 to 128 of A-Z a-z 0-9 _ and does not begin with a digit',
    }
  }
  const upper = name.toUpperCase()
  if (OWN_NAMES.has(upper) || OWN_PREFIXES.some((prefix) => upper.startsWith(prefix))) {
    return { type: 'refused', why: 'the host sets this variable itself' }
  }
  if (UNSAFE_NAMES.has(upper) || UNSAFE_PREFIXES.some((prefix) => upper.startsWith(prefix))) {
    return { type: 'unsafe', why: 'this variable changes which code programs run or whom they talk to' }
  }
  if (name !== upper) return { type: 'unsafe', why: 'lower-case letters are easily taken for another variable' }
  return undefined
}
