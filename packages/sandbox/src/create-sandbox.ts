import { realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute } from 'node:path'
import { variantsOf } from './backend-variants.ts'
import type { Backend } from './backends/backend.ts'
import { SandboxError } from './errors.ts'
import { isWithin, overlaps, realPathOf } from './paths.ts'
import { failureOf } from './probe.ts'
import { openCommand } from './open-command.ts'
import { type Ground, runCommand } from './run-command.ts'
import type { Containment, Sandbox, SandboxBackend, SandboxOptions, SandboxStatus } from './sandbox.ts'

const allBackends: readonly SandboxBackend[] = ['bubblewrap', 'unshare', 'env-only']
const allContainments: readonly Containment[] = ['require', 'prefer', 'off']

/**
 * Takes the best backend that works on this host, found by running each once for real, and returns a sandbox on it.
 * Rejects with SANDBOX_UNAVAILABLE when the containment asked for cannot be had.
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { containment = 'require', backends = allBackends } = options
  requireKnown('containment', [containment], allContainments)
  requireKnown('backends', backends, allBackends)
  const ground = await groundOf(options)
  const why: string[] = []
  for (const name of containment === 'off' ? (['env-only'] as const) : backends) {
    const choice = await choose(name, containment, ground)
    if (choice.type === 'works') return sandboxOn(choice.backend, ground, statusOf(choice.backend, containment, why))
    why.push(`${name}: ${choice.why}`)
  }
  throw new SandboxError(
    'SANDBOX_UNAVAILABLE',
    `no backend of ${backends.join(', ')} can be used here. ${why.join('. ')}`,
  )
}

type Choice = { readonly type: 'works'; readonly backend: Backend } | { readonly type: 'fails'; readonly why: string }

async function choose(name: SandboxBackend, containment: Containment, ground: Ground): Promise<Choice> {
  if (name === 'env-only' && containment === 'require') {
    return { type: 'fails', why: "contains nothing: set containment to 'prefer' to run with it all the same" }
  }
  const found = variantsOf(name)
  if (found.type === 'missing') return { type: 'fails', why: found.why }
  let why = ''
  for (const backend of found.variants) {
    const failure = await failureOf(backend, ground)
    if (failure === undefined) return { type: 'works', backend }
    why = failure
  }
  return { type: 'fails', why }
}

function sandboxOn(backend: Backend, ground: Ground, status: SandboxStatus): Sandbox {
  return {
    status,
    run: (command, options) => runCommand(backend, ground, command, options),
    open: (command, options) => openCommand(backend, ground, command, options),
  }
}

function statusOf(backend: Backend, requested: Containment, why: readonly string[]): SandboxStatus {
  const kept = backend.hasNamespaces ? 'isolated' : 'host'
  return {
    requested,
    active: backend.hasNamespaces,
    backend: backend.name,
    filesystem: backend.hasOwnFilesystem ? 'isolated' : 'host',
    processes: kept,
    network: kept,
    why,
  }
}

async function groundOf({ deniedPaths = [], readOnlyPaths = [], searchPaths = [] }: SandboxOptions): Promise<Ground> {
  requireAbsolute('deniedPaths', deniedPaths)
  requireAbsolute('readOnlyPaths', readOnlyPaths)
  requireAbsolute('searchPaths', searchPaths)
  const denials = await Promise.all(deniedPaths.map(realPathOf))
  const temporary = await realPathOf(tmpdir())
  for (const denial of denials) {
    if (isWithin(temporary, denial))
      throw invalid(
        `deniedPaths holds ${denial}, where the temporary folder lies: set TMPDIR of this process to another`,
      )
  }
  for (const path of readOnlyPaths) {
    const real = await realpath(path).catch((cause: unknown) => {
      throw invalid(`readOnlyPaths holds ${path}, which is not there: take it out`, { cause })
    })
    const denial = denials.find((denied) => overlaps(real, denied))
    if (denial !== undefined)
      throw invalid(`readOnlyPaths holds ${path}, which overlaps ${denial} of deniedPaths: give a narrower folder`)
  }
  return { deniedPaths, readOnlyPaths, searchPaths }
}

function requireKnown<Value extends string>(field: string, given: readonly Value[], known: readonly Value[]): void {
  if (given.length > 0 && given.every((value) => known.includes(value))) return
  throw invalid(`${field} must be of ${known.join(', ')}`)
}

function requireAbsolute(field: string, paths: readonly string[]): void {
  for (const path of paths) {
    if (typeof path === 'string' && isAbsolute(path) && !/[\0:]/.test(path)) continue
    throw invalid(`${field} holds ${JSON.stringify(path)}: give absolute paths without a colon`)
  }
}

function invalid(problem: string, options?: ErrorOptions): SandboxError {
  return new SandboxError('SANDBOX_OPTIONS_INVALID', problem, options)
}
