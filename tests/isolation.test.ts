import { execFileSync } from 'node:child_process'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listProcesses } from './processes.ts'
import { makeDataDir, spawnServer } from './server-process.ts'

/** Values that must be seen where they belong and nowhere else. No secret's name or value holds another's. */
const CANARIES = {
  alice: 'canary-alice-5d1f0c',
  bob: 'canary-bob-9e27aa',
  shared: 'canary-shared-31b7fe',
  system: 'canary-system-c4480d',
  admin: 'canary-admin-token-77a19e',
  // 32 bytes in base64url.
  master: 'canary_master_key_5b8e02_0123456789_abcdefA',
} as const

/** Makes the rest of a command line run where bwrap is not installed, so that the next best backend is taken. */
const WITHOUT_BWRAP = [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  '--',
  'sh',
  '-c',
  'for bwrap in /usr/local/bin/bwrap /usr/bin/bwrap /bin/bwrap; do [ ! -e $bwrap ] || mount --bind /dev/null $bwrap; done; exec "$@"',
  'sh',
]

const HOSTS = [
  { name: 'the best backend of this host', within: [], containment: 'prefer', sees: 'all that it can' },
  { name: 'the backend without bwrap', within: WITHOUT_BWRAP, containment: 'prefer', sees: 'all that it can' },
  // Without containment a command of the same user may read what it likes: only what it is given is promised.
  { name: 'no containment', within: [], containment: 'off', sees: 'itself' },
] as const

describe('P1 two agents’ commands at the same time', () => {
  test.for(HOSTS)('see their own and the shared tool secrets alone: $name', async (host, { skip }) => {
    const why = failureOf(host.within)
    skip(why !== undefined, `such a host cannot be made here: ${why}`)
    await using folder = await makeDataDir()
    await using server = spawnServer({
      dataDir: folder.path,
      within: host.within,
      env: { AGENTIC_CONTAINMENT: host.containment, AGENTIC_ADMIN_TOKEN: CANARIES.admin },
    })
    const api = await server.api
    const { detail: backend } = await readyPart(api, 'sandbox')
    const sees = backend.startsWith('env-only') ? 'itself' : host.sees

    await api.put('/api/secrets/SHARED', { value: CANARIES.shared, category: 'tool' })
    await api.put('/api/secrets/HOST_ONLY', { value: CANARIES.system, category: 'system' })
    expect(await api.post('/api/secrets/encrypt', { masterKey: CANARIES.master })).toMatchObject({ status: 200 })
    const agents = await Promise.all(
      (['alice', 'bob'] as const).map(async (id) => {
        await api.post('/api/agents', { id })
        await api.put(`/api/agents/${id}/secrets/OWN`, { value: CANARIES[id], category: 'tool' })
        const workspace = join(folder.path, 'agents', id, 'workspace')
        await mkdir(workspace, { recursive: true, mode: 0o700 })
        const shell = sees === 'itself' ? lookAtItself() : lookAround(folder.path)
        const { body } = await api.post(`/api/agents/${id}/tasks`, {
          title: 'Look around',
          worker: { type: 'command', shell },
          maxAttempts: 1,
        })
        return { id, workspace, taskId: body.id as string }
      }),
    )

    // Both stand before either looks, and both still stand while the host is looked at.
    for (const { workspace } of agents) await appears(join(workspace, 'standing'))
    for (const { workspace } of agents) await writeFile(join(workspace, 'look'), '')
    for (const { workspace } of agents) await appears(join(workspace, 'looked'))
    const onHost = (await listProcesses()).map(({ cmdline }) => cmdline).join('\n')
    for (const { workspace } of agents) await writeFile(join(workspace, 'end'), '')

    for (const [name, canary] of Object.entries(CANARIES))
      expect(onHost.includes(canary), `${name} on the host`).toBe(false)
    for (const { id, workspace, taskId } of agents) {
      const task = await api.taskReaches(taskId, 'done', 'failed')
      expect(task).toMatchObject({ status: 'done' })
      const found = countsIn(await readFile(join(workspace, 'looked'), 'utf8'))
      const none = { alice: 0, bob: 0, shared: 0, system: 0, admin: 0, master: 0, files: 0 }
      const own = { [id]: expect.any(Number), shared: expect.any(Number), sockets: expect.any(Number) }
      expect(found, `${id} on ${backend}`).toEqual({ ...none, ...own })
      // It found its own, so it would have found the others.
      expect(found[id]).toBeGreaterThan(0)
      expect(found['shared']).toBeGreaterThan(0)
      // Its own standard output and error.
      expect(found['sockets']).toBeLessThanOrEqual(2)
    }
  })
})

/** Gathers what a command can see of the host, other commands and the server's files, and counts canaries in it. */
function lookAround(dataDir: string): string {
  return command(`
    cat /proc/*/environ /proc/*/cmdline /proc/*/task/*/environ | tr '\\0' '\\n' >>seen
    env >>seen
    ls -l /proc/*/fd >>descriptors
    for file in /proc/*/fd/*; do [ ! -f "$file" ] || timeout 1 cat "$file" >>seen; done
    for root in '' /proc/[0-9]*/root; do
      find "$root${dataDir}/store" "$root${dataDir}/secrets" -type f >>files
      cat "$root${dataDir}"/store/* "$root${dataDir}"/secrets/* >>seen
      find "$root${dataDir}/agents" -mindepth 1 -maxdepth 1 | grep -v "/$AGENTIC_AGENT_ID$" >>files
    done`)
}

function lookAtItself(): string {
  return command(`
    cat /proc/self/environ /proc/self/cmdline /proc/$$/environ /proc/$$/cmdline | tr '\\0' '\\n' >>seen
    env >>seen
    ls -l /proc/self/fd /proc/$$/fd >>descriptors`)
}

/** Looks when told to, and stays until told to end. A canary's pattern must not be the canary, or the look would find itself. */
function command(look: string): string {
  const counts = Object.entries(CANARIES).map(
    ([name, canary]) => `echo "${name} $(grep -a -c '${canary.slice(0, -1)}[${canary.slice(-1)}]' seen)" >>counts`,
  )
  const wait = (name: string): string => `while [ ! -e ${name} ]; do sleep 0.02; done`
  return `exec 2>/dev/null; touch files standing; ${wait('look')}${look}
    ${counts.join('\n    ')}
    sed -n 's/.* -> //p' descriptors | sort -u >targets
    echo "sockets $(grep -c '^socket:' targets)" >>counts
    echo "files $(grep -v -e '^/dev/null$' -e '^socket:' -e '^pipe:' -e "^$PWD/" -e '^/proc/' targets | sort -u - files | grep -c .)" >>counts
    mv counts looked; ${wait('end')}; true`
}

function countsIn(text: string): Record<string, number> {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name, count]) => [name, Number(count)]),
  )
}

async function appears(path: string): Promise<void> {
  await expect
    .poll(
      () =>
        access(path).then(
          () => true,
          () => false,
        ),
      { timeout: 15_000, interval: 20 },
    )
    .toBe(true)
}

async function readyPart(
  api: Awaited<ReturnType<typeof spawnServer>['api']>,
  name: string,
): Promise<{ readonly detail: string }> {
  const { body } = await api.get('/readyz')
  return body.parts.find((part: { readonly name: string }) => part.name === name)
}

/** Why a program with its first arguments does not work on this host, if so. */
function failureOf([file, ...args]: readonly string[]): string | undefined {
  if (file === undefined) return undefined
  try {
    execFileSync(file, [...args, 'true'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return String(error)
  }
}
