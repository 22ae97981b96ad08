import { readlinkSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend } from './backends/backend.ts'
import { SandboxError } from './errors.ts'
import { type Ground, runCommand } from './run-command.ts'

/** A start takes milliseconds; one that hangs is as good as none. */
const probeMs = 10_000
const namespaces = ['/proc/self/ns/pid', '/proc/self/ns/net', '/proc/self/ns/mnt']
const wayOut =
  'allow user namespaces to this user (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; in a container its seccomp and AppArmor profiles)'

/**
 * Runs a backend once as every later command is run, and says what kept it from containing; `undefined` when it does.
 * That a program is installed, or prints its version, proves nothing: most failures come from the host's policy.
 */
export async function failureOf(backend: Backend, ground: Ground): Promise<string | undefined> {
  await using folder = await probeFolder()
  try {
    const result = await runCommand(
      backend,
      { ...ground, deniedPaths: [...ground.deniedPaths, folder.denied] },
      {
        type: 'shell',
        line: backend.hasNamespaces
          ? `for each in ${namespaces.join(' ')}; do readlink "$each"; done; ls '${folder.denied}'`
          : 'echo',
      },
      { env: {}, workspace: folder.workspace, wallClockMs: probeMs, graceMs: 0 },
    )
    if (result.type !== 'exited' || result.exitCode !== 0)
      return `a trial ended as ${result.type} (${result.stderr.trim().slice(-300)}): ${wayOut}`
    return backend.hasNamespaces && !isContained(result.stdout) ? `a trial could see the host: ${wayOut}` : undefined
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'SANDBOX_START_FAILED') return `${error.message}; ${wayOut}`
    throw error
  }
}

/** Each namespace is another one than ours, and of the denied folder nothing but the workspace in it was listed. */
function isContained(stdout: string): boolean {
  const inside = stdout.trim().split('\n')
  return (
    inside.length === namespaces.length + 1 &&
    inside.at(-1) === 'workspace' &&
    namespaces.every((path, index) => /^\w+:\[\d+\]$/.test(inside[index] ?? '') && inside[index] !== readlinkSync(path))
  )
}

interface ProbeFolder extends AsyncDisposable {
  readonly workspace: string
  readonly denied: string
}

async function probeFolder(): Promise<ProbeFolder> {
  const root = await mkdtemp(join(tmpdir(), 'sandbox-probe-'))
  const denied = join(root, 'denied')
  await mkdir(denied)
  await writeFile(join(denied, 'canary'), '')
  return {
    workspace: join(denied, 'workspace'),
    denied,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
