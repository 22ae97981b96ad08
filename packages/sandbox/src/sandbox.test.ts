import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { createSandbox } from '@agentic/sandbox'
import { describe, expect, test, vi } from 'vitest'
import { firstOutput, openLevel, processesWith, shell, testFolder, tryOutBackends } from '../test/support.ts'

const found = await tryOutBackends()
const working = found.filter((each) => each.sandbox !== undefined)
const contained = working.filter((each) => each.sandbox.status.active)
const fileSystems = contained.filter((each) => each.sandbox.status.filesystem === 'isolated')

test.for(found.flatMap((each) => (each.sandbox === undefined ? [each] : [])))(
  '$name works on this host',
  ({ name, why }, { skip }) => {
    // The reporter counts what is skipped and keeps the reason to itself.
    console.warn(`the tests of ${name} are skipped: ${why}`)
    skip(why)
  },
)

const baseNames = ['CI', 'HOME', 'LANG', 'PATH', 'PWD', 'TERM', 'TMPDIR']

describe.each(working)('with $name', ({ name, sandbox }) => {
  test('P1 gives the command exactly the base variables and those given', async () => {
    await using folder = await testFolder()
    const result = await sandbox.run(
      { type: 'argv', argv: ['env', '-0'] },
      { env: { TOKEN: 'a=b\nc', empty: '' }, workspace: folder.path },
    )
    const variables = new Map(
      result.stdout
        .split('\0')
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    // Where sh is bash, it adds two of its own.
    expect([...variables.keys()].filter((name) => name !== '_' && name !== 'SHLVL').toSorted()).toEqual([
      ...baseNames,
      'TOKEN',
      'empty',
    ])
    expect(variables.get('TOKEN')).toBe('a=b\nc')
    expect(variables.get('HOME')).toBe(folder.path)
    expect(variables.get('PWD')).toBe(folder.path)
  })

  test('P1 lets nothing of the host process through, be it inherited or set by Node itself', async () => {
    await using folder = await testFolder()
    vi.stubEnv('HOST_ONLY', 'leaked')
    vi.stubEnv('NODE_V8_COVERAGE', join(folder.path, 'coverage'))
    Reflect.defineProperty(Object.prototype, 'POLLUTED', {
      value: 'leaked',
      configurable: true,
      enumerable: true,
      writable: true,
    })
    try {
      const { stdout } = await sandbox.run(shell('env'), { env: {}, workspace: folder.path })
      expect(stdout).not.toMatch(/leaked|NODE_V8_COVERAGE|HOST_ONLY|POLLUTED/)
    } finally {
      Reflect.deleteProperty(Object.prototype, 'POLLUTED')
      vi.unstubAllEnvs()
    }
  })

  test('P1 keeps values out of every argument list of the host while the command runs', async () => {
    await using folder = await testFolder()
    const canary = randomUUID()
    const up = firstOutput()
    const stop = new AbortController()
    const run = sandbox.run(shell('echo up; sleep 600'), {
      env: { CANARY: canary },
      workspace: folder.path,
      signal: stop.signal,
      onOutput: up.onOutput,
    })
    await up.seen
    expect(processesWith('environ', canary)).not.toEqual([])
    expect(processesWith('cmdline', canary)).toEqual([])
    stop.abort()
    await run
  })

  test('P1 hands down no descriptor of an open LevelDB, which a plain spawn does', async () => {
    await using folder = await testFolder()
    await using workspace = await testFolder()
    const others = Array.from({ length: 300 }, () => openSync('/dev/null', 'r'))
    const level = await openLevel(folder.path)
    const list = 'ls -l /proc/self/fd'
    expect(spawnSync('/bin/sh', ['-c', list], { encoding: 'utf8' }).stdout).toContain(folder.path)
    const { stdout } = await sandbox.run(shell(list), { env: {}, workspace: workspace.path })
    const targets = stdout.split('\n').flatMap((line) => / (\d+) -> (.*)$/.exec(line)?.slice(1, 3).join(' ') ?? [])
    expect(targets.length).toBeGreaterThan(2)
    // ls itself opens the folder that it lists.
    expect(targets.filter((target) => !/^[12] |\/dev\/null$|\/proc\/\d+\/fd$/.test(target))).toEqual([])
    await level.close()
    for (const descriptor of others) closeSync(descriptor)
  })

  test('gives an empty standard input, so that bash reads no ~/.bashrc', async () => {
    await using folder = await testFolder()
    await writeFile(join(folder.path, '.bashrc'), 'echo sourced\n')
    const result = await sandbox.run(shell('cat; command -v bash >/dev/null && bash -c "echo quiet" || echo quiet'), {
      env: {},
      workspace: folder.path,
    })
    expect(result.stdout).toBe('quiet\n')
  })

  test('passes on how the command ended', async () => {
    await using folder = await testFolder()
    const endOf = (line: string): Promise<unknown> => sandbox.run(shell(line), { env: {}, workspace: folder.path })
    expect(await endOf('exit 0')).toMatchObject({ type: 'exited', exitCode: 0 })
    expect(await endOf('echo out; echo err >&2; exit 7')).toMatchObject({
      type: 'exited',
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect(await endOf('kill -SEGV $$')).toMatchObject({ type: 'signalled', signal: 'SIGSEGV', stderr: '' })
    expect(await endOf('exit 255')).toMatchObject({ type: 'exited', exitCode: 255 })
  })

  test('says by 127 that a program is not there and by 126 that it cannot be run', async () => {
    await using folder = await testFolder()
    await writeFile(join(folder.path, 'text'), 'not a program')
    const endOf = (program: string): Promise<unknown> =>
      sandbox.run({ type: 'argv', argv: [program] }, { env: {}, workspace: folder.path })
    expect(await endOf('no-such-program')).toMatchObject({
      type: 'exited',
      exitCode: 127,
      stderr: expect.stringContaining('no-such-program') as string,
    })
    expect(await endOf(join(folder.path, 'text'))).toMatchObject({ type: 'exited', exitCode: 126 })
  })

  test('takes arguments as they are', async () => {
    await using folder = await testFolder()
    const argv = ['printf', '%s|', '--', '$HOME', "it's", '', 'a b\nc', '*'] as const
    expect((await sandbox.run({ type: 'argv', argv }, { env: {}, workspace: folder.path })).stdout).toBe(
      "--|$HOME|it's||a b\nc|*|",
    )
  })

  test('P9 ends in time though the command ignores SIGTERM and a grandchild holds its output open', async () => {
    await using folder = await testFolder()
    const canary = randomUUID()
    const line = `trap '' TERM; (setsid sh -c 'trap "" TERM; while :; do sleep 600; done' &) ; echo up; while :; do sleep 600; done`
    const result = await sandbox.run(shell(line), {
      env: { CANARY: canary },
      workspace: folder.path,
      wallClockMs: 300,
      graceMs: 100,
    })
    expect(result).toMatchObject({ type: 'timed-out', stdout: 'up\n' })
    expect(result.elapsedMs).toBeGreaterThanOrEqual(390)
    expect(result.elapsedMs).toBeLessThan(2_000)
    await vi.waitFor(() => expect(processesWith('environ', canary)).toEqual([]))
  })

  test('P9 leaves no daemon behind when the command ends by itself', async () => {
    await using folder = await testFolder()
    const canary = randomUUID()
    const line = `(setsid sh -c 'echo $$ >up; exec sleep 600' >/dev/null 2>&1 &); while [ ! -s up ]; do sleep 0.01; done`
    expect(await sandbox.run(shell(line), { env: { CANARY: canary }, workspace: folder.path })).toMatchObject({
      type: 'exited',
      exitCode: 0,
    })
    await vi.waitFor(() => expect(processesWith('environ', canary)).toEqual([]))
  })

  test('P9 gives every process of the run the grace to end well', async () => {
    await using folder = await testFolder()
    const line = `trap 'echo parted; exit 0' TERM; echo up; sleep 600 & wait`
    const result = await sandbox.run(shell(line), {
      env: {},
      workspace: folder.path,
      wallClockMs: 300,
      graceMs: 10_000,
    })
    expect(result).toMatchObject({ type: 'timed-out', stdout: 'up\nparted\n' })
    expect(result.elapsedMs).toBeLessThan(5_000)
  })

  // A command aborted while its namespace was being made used to go on for good: nothing of it could be found yet.
  test('P9 leaves nothing behind when aborted at any moment of its start', async () => {
    await using folder = await testFolder()
    const marker = `86${process.pid}.${name.length}`
    for (let afterMs = 0; afterMs < 16; afterMs += 0.4) {
      const stop = new AbortController()
      setTimeout(() => stop.abort(), afterMs)
      const result = await sandbox.run(
        { type: 'argv', argv: ['sleep', marker] },
        { env: {}, workspace: folder.path, graceMs: 300, signal: stop.signal },
      )
      expect(result.type).toBe('aborted')
    }
    await expect.poll(() => processesWith('cmdline', marker)).toEqual([])
  })

  test('stops when aborted, and starts nothing when aborted before', async () => {
    await using folder = await testFolder()
    const stop = new AbortController()
    const up = firstOutput()
    const run = sandbox.run(shell('echo up; sleep 600'), {
      env: {},
      workspace: folder.path,
      signal: stop.signal,
      onOutput: up.onOutput,
    })
    await up.seen
    stop.abort()
    expect(await run).toMatchObject({ type: 'aborted', stdout: 'up\n' })
    expect(
      await sandbox.run(shell('touch ran'), { env: {}, workspace: folder.path, signal: stop.signal }),
    ).toMatchObject({ type: 'aborted', elapsedMs: 0 })
    await expect(stat(join(folder.path, 'ran'))).rejects.toThrow('ENOENT')
  })

  test('stops the command and rejects when onOutput throws', async () => {
    await using folder = await testFolder()
    const canary = randomUUID()
    const onOutput = (): never => {
      throw new Error('disk full')
    }
    await expect(
      sandbox.run(shell('echo up; sleep 600'), { env: { CANARY: canary }, workspace: folder.path, onOutput }),
    ).rejects.toThrow('disk full')
    await vi.waitFor(() => expect(processesWith('environ', canary)).toEqual([]))
  })

  test('keeps the tail of each stream and counts the rest', async () => {
    await using folder = await testFolder()
    let seen = 0
    const result = await sandbox.run(shell('head -c 3000000 /dev/zero | tr "\\0" x; printf end; printf error >&2'), {
      env: {},
      workspace: folder.path,
      outputLimitBytes: 1_000,
      onOutput: ({ bytes }) => {
        seen += bytes.length
      },
    })
    expect(result).toMatchObject({
      stdout: `${'x'.repeat(997)}end`,
      stdoutDroppedBytes: 2_999_003,
      stderr: 'error',
      stderrDroppedBytes: 0,
    })
    expect(seen).toBe(3_000_008)
  })

  test('puts characters together that arrive in pieces', async () => {
    await using folder = await testFolder()
    const result = await sandbox.run(shell(`printf '\\303'; sleep 0.05; printf '\\251'; printf '\\377'`), {
      env: {},
      workspace: folder.path,
    })
    expect(result.stdout).toBe('é\uFFFD')
  })

  test('P20 starts with the largest environment and argument that it accepts', async () => {
    await using folder = await testFolder()
    const env = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [`BIG${index}`, 'x'.repeat(65_536)]))
    const result = await sandbox.run(
      { type: 'argv', argv: ['sh', '-c', 'echo ${#BIG0} ${#1}', 'sh', 'y'.repeat(131_071)] },
      { env, workspace: folder.path },
    )
    expect(result).toMatchObject({ stdout: '65536 131071\n' })
  })

  // Only bash, where there is one, reads ~/.bashrc when its input is a socket.
  test.runIf(spawnSync('bash', ['-c', 'exit 0']).status === 0)(
    'reaches the host over the network only when told so',
    async () => {
      await using folder = await testFolder()
      await using server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : undefined
      const call = { type: 'argv', argv: ['bash', '-c', `exec 5<>/dev/tcp/127.0.0.1/${port} && cat <&5`] } as const
      expect((await sandbox.run(call, { env: {}, workspace: folder.path, network: 'host' })).stdout).toBe('hello')
      const closed = await sandbox.run(call, { env: {}, workspace: folder.path })
      expect(closed.stdout).toBe(sandbox.status.network === 'isolated' ? '' : 'hello')
    },
  )

  test('makes the workspace for its owner alone, and what the command writes there is ours', async () => {
    await using folder = await testFolder()
    const workspace = join(folder.path, 'new', 'agent')
    const result = await sandbox.run(
      shell('echo kept >file; echo temporary >"$TMPDIR/file"; cat "$TMPDIR/file"; pwd'),
      { env: {}, workspace },
    )
    expect(result.stdout).toBe(`temporary\n${workspace}\n`)
    expect((await stat(workspace)).mode & 0o777).toBe(0o700)
    expect(await readFile(join(workspace, 'file'), 'utf8')).toBe('kept\n')
    expect((await stat(join(workspace, 'file'))).uid).toBe(process.getuid?.())
  })

  test('gives the result though the temporary folder cannot be removed', async () => {
    await using folder = await testFolder()
    await using temporary = await testFolder()
    vi.stubEnv('TMPDIR', temporary.path)
    const line = 'mkdir "$TMPDIR/a" "$TMPDIR/a/b" && chmod 0 "$TMPDIR/a"'
    expect(await sandbox.run(shell(line), { env: {}, workspace: folder.path })).toMatchObject({ exitCode: 0 })
    vi.unstubAllEnvs()
    for (const left of await readdir(temporary.path)) await chmod(join(temporary.path, left, 'a'), 0o700)
  })

  test('limits the memory of a process', async () => {
    await using folder = await testFolder()
    // tail keeps all of a line without an end.
    const result = await sandbox.run(shell('head -c 200000000 /dev/zero | tail -n 1 | wc -c'), {
      env: {},
      workspace: folder.path,
      limits: { memoryBytes: 64 * 1024 * 1024 },
    })
    expect(result.stdout.trim()).not.toBe('200000000')
  })

  test('runs many commands at a time, each with its own', async () => {
    await using folder = await testFolder()
    const runs = Array.from({ length: 8 }, (_, index) =>
      sandbox.run(shell('echo $MINE'), { env: { MINE: `${index}` }, workspace: join(folder.path, `${index}`) }),
    )
    expect((await Promise.all(runs)).map(({ stdout }) => stdout.trim())).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ])
  })
})

describe.each(contained)('contained by $name', ({ name, sandbox }) => {
  test('P1 shows a command no other process: neither of the host nor of a sandbox beside it', async () => {
    await using mine = await testFolder()
    await using other = await testFolder()
    const [hosts, siblings] = [randomUUID(), randomUUID()]
    const host = spawn('sleep', ['600'], { env: { CANARY: hosts }, stdio: 'ignore' })
    const up = firstOutput()
    const stop = new AbortController()
    const sibling = sandbox.run(shell('echo up; sleep 600'), {
      env: { CANARY: siblings },
      workspace: other.path,
      signal: stop.signal,
      onOutput: up.onOutput,
    })
    await up.seen
    const scan =
      'cat /proc/1/environ /proc/*/environ /proc/*/task/*/environ /proc/*/cmdline; ls -l /proc/*/cwd /proc/*/root /proc/*/fd'
    const { stdout } = await sandbox.run(shell(scan), { env: { OWN: 'visible' }, workspace: mine.path })
    stop.abort()
    await sibling
    host.kill('SIGKILL')
    expect(stdout).toContain('OWN=visible')
    expect(stdout).not.toContain(hosts)
    expect(stdout).not.toContain(siblings)
    expect(stdout).not.toContain(other.path)
  })

  test('P1 shows of a denied path that holds all workspaces the own one alone, and there what is written stays', async () => {
    await using data = await testFolder()
    const [own, sibling] = [join(data.path, 'agents', 'own'), join(data.path, 'agents', 'sibling')]
    await mkdir(sibling, { recursive: true })
    await writeFile(join(sibling, 'secret'), 'canary')
    await writeFile(join(data.path, 'database'), 'canary')
    const strict = await createSandbox({ backends: [name], deniedPaths: [data.path] })
    const line = `pwd; echo kept > file; cat ../sibling/secret ../../database /proc/[0-9]*/cwd/../sibling/secret; find ${data.path}; touch ../x`
    const { stdout } = await strict.run(shell(line), { env: {}, workspace: own })
    expect(stdout.trim().split('\n')).toEqual([own, data.path, join(data.path, 'agents'), own, join(own, 'file')])
    expect(await readFile(join(own, 'file'), 'utf8')).toBe('kept\n')
    expect(await readdir(join(data.path, 'agents'))).toEqual(['own', 'sibling'])
  })

  test('P1 has a /tmp of its own', async () => {
    await using folder = await testFolder()
    await using other = await testFolder()
    const { stdout } = await sandbox.run(
      shell('echo "$TMPDIR"; touch "$TMPDIR/x"; find /tmp -mindepth 1 -maxdepth 1'),
      {
        env: {},
        workspace: folder.path,
      },
    )
    expect(stdout).toMatch(/^\/tmp\n/)
    expect(stdout).toContain('/tmp/x')
    expect(stdout).not.toContain(other.path)
  })

  test('P1 hides denied paths, for good', async () => {
    await using workspace = await testFolder()
    await using denied = await testFolder()
    await writeFile(join(denied.path, 'secret'), 'canary')
    const strict = await createSandbox({
      backends: [name],
      deniedPaths: [denied.path, '/usr/share', join(denied.path, 'later')],
    })
    const line = `umount ${denied.path} /usr/share; unshare -Urm umount ${denied.path}; touch /usr/share/x; cat ${denied.path}/secret; find ${denied.path} /usr/share -mindepth 1`
    expect((await strict.run(shell(line), { env: {}, workspace: workspace.path })).stdout).toBe('')
  })

  test('has no capability and gains none', async () => {
    await using folder = await testFolder()
    const { stdout } = await sandbox.run(shell('grep -E "CapEff|CapPrm|NoNewPrivs" /proc/self/status; id -u'), {
      env: {},
      workspace: folder.path,
    })
    expect(stdout.replaceAll(/\s+/g, ' ')).toBe(
      'CapPrm: 0000000000000000 CapEff: 0000000000000000 NoNewPrivs: 1 65534 ',
    )
  })

  test('P9 takes the whole tree along when the host process is killed', async () => {
    await using folder = await testFolder()
    const canary = randomUUID()
    const script = fileURLToPath(new URL('../test/killed-host.ts', import.meta.url))
    const host = spawn(
      process.execPath,
      ['--conditions=@agentic/source', '--no-warnings', script, name, join(folder.path, 'workspace'), canary],
      // A killed host cannot remove the run's temporary folder: the test's folder takes it along.
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: folder.path } },
    )
    await once(host.stdout, 'data')
    expect(processesWith('environ', canary)).not.toEqual([])
    host.kill('SIGKILL')
    await vi.waitFor(() => expect(processesWith('environ', canary)).toEqual([]), { timeout: 5_000 })
  })

  // The kernel does not hold root to a number of processes.
  test.runIf(process.getuid?.() !== 0)('limits the number of processes, for a host user other than root', async () => {
    await using folder = await testFolder()
    const line = 'for each in 1 2 3 4 5 6 7 8 9 10; do sleep 5 & done; echo all'
    const result = await sandbox.run(shell(line), { env: {}, workspace: folder.path, limits: { processes: 6 } })
    expect(result.stdout).toBe('')
  })
})

describe.each(fileSystems)('in the own file system of $name', ({ name, sandbox }) => {
  test('shows the system read-only, the workspace writable and nothing else', async () => {
    await using folder = await testFolder()
    await using other = await testFolder()
    const line = `for each in / /usr /bin /etc /dev/.. /proc /var; do touch "$each/x" 2>/dev/null && echo "wrote $each"; done
      for each in /home /root /run /sys /srv /mnt /opt /etc/shadow /etc/ssl/private ${other.path}; do [ -e "$each" ] && echo "saw $each"; done
      touch x "$TMPDIR/x" /dev/shm/x && ls -A . && whoami && grep -c . /etc/passwd`
    expect((await sandbox.run(shell(line), { env: {}, workspace: folder.path })).stdout).toBe('x\nworker\n1\n')
  })

  test('offers a tool from elsewhere when told so', async () => {
    await using folder = await testFolder()
    const node = dirname(process.execPath)
    const withNode = await createSandbox({ backends: [name], readOnlyPaths: [dirname(node)], searchPaths: [node] })
    const result = await withNode.run(
      { type: 'argv', argv: ['node', '-p', 'process.execPath'] },
      { env: {}, workspace: folder.path },
    )
    expect(result).toMatchObject({ stdout: `${process.execPath}\n` })
    expect((await withNode.run(shell(`touch '${node}/x'`), { env: {}, workspace: folder.path })).stderr).toContain(
      'Read-only',
    )
  })
})
