import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Backend } from './backends/backend.ts'
import { bubblewrap } from './backends/bubblewrap.ts'
import { envOnly } from './backends/env-only.ts'
import { unshare } from './backends/unshare.ts'
import type { SandboxBackend } from './sandbox.ts'

/** The forms of a backend that this host may run, strictest first, or why there is none. */
export type BackendVariants =
  | { readonly type: 'found'; readonly variants: readonly Backend[] }
  | { readonly type: 'missing'; readonly why: string }

export function variantsOf(name: SandboxBackend): BackendVariants {
  if (name === 'env-only') return { type: 'found', variants: [envOnly()] }
  if (process.platform !== 'linux')
    return { type: 'missing', why: 'needs Linux: run the server there, as in a container' }
  return name === 'bubblewrap' ? bubblewrapVariants() : unshareVariants()
}

function bubblewrapVariants(): BackendVariants {
  const program = findProgram('bwrap')
  if (program === undefined) return { type: 'missing', why: 'bwrap is not installed: install the package bubblewrap' }
  // bwrap knows --disable-userns since 0.8.
  return {
    type: 'found',
    variants: [true, false].map((disableUserNamespaces) => bubblewrap(program, { disableUserNamespaces })),
  }
}

function unshareVariants(): BackendVariants {
  const [program, setpriv] = [findProgram('unshare'), findProgram('setpriv')]
  if (program === undefined || setpriv === undefined) {
    return { type: 'missing', why: 'unshare or setpriv is not installed: install the package util-linux' }
  }
  return { type: 'found', variants: [unshare({ unshare: program, setpriv })] }
}

/** Finds a program on the host's own search path, then in the usual folders, which a service's path can lack. */
function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
  ]
  return folders
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
