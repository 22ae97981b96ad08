import { randomUUID } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { OpenProcess } from '@agentic/sandbox'
import { describe, expect, test, vi } from 'vitest'
import { openLevel, processesWith, shell, testFolder, tryOutBackends } from '../test/support.ts'
import { envOnly } from './backends/env-only.ts'
import { bubblewrap } from './backends/bubblewrap.ts'
import { openCommand } from './open-command.ts'

const working = (await tryOutBackends()).filter((each) => each.sandbox !== undefined)

/** The next piece of its output, by which a process says that it is up. */
async function said(process: OpenProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  process.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString()))
  return await promise
}

describe.each(working)('a process that is talked to, with $name', ({ name, sandbox }) => {
  test('answers what it is told, and ends when nothing more comes', async () => {
    await using folder = await testFolder()
    await using process = await sandbox.open(shell('while read -r line; do echo "heard $line"; done; echo over >&2'), {
      env: {},
      workspace: folder.path,
    })
    process.stdin.write('one\n')
    expect(await said(process)).toBe('heard one\n')
    process.stdin.end('two\n')
    expect(await text(process.stdout)).toBe('heard two\n')
    expect(await process.ended).toEqual({
      type: 'exited',
      exitCode: 0,
      stderr: 'over\n',
      stderrDroppedBytes: 0,
      elapsedMs: expect.any(Number) as number,
    })
  })

  test('P1 has exactly the base variables and those given, and values in no argument list', async () => {
    await using folder = await testFolder()
    const canary = randomUUID()
    vi.stubEnv('HOST_ONLY', 'leaked')
    await using process = await sandbox.open(shell('env; cat'), { env: { CANARY: canary }, workspace: folder.path })
    vi.unstubAllEnvs()
    expect(processesWith('cmdline', canary)).toEqual([])
    expect(processesWith('environ', canary)).not.toEqual([])
    process.stdin.end()
    const names = (await text(process.stdout)).split('\n').map((line) => line.replace(/=.*/, ''))
    expect(names.filter((each) => !['', '_', 'SHLVL', 'OLDPWD'].includes(each)).toSorted()).toEqual(
      'CANARY CI HOME LANG PATH PWD TERM TMPDIR'.split(' '),
    )
  })

  test('P1 finds of another that runs beside it neither environment nor descriptors, where contained', async () => {
    await using folder = await testFolder()
    await using other = await testFolder()
    const canary = randomUUID()
    await using sibling = await sandbox.open(shell('echo up; cat'), { env: { CANARY: canary }, workspace: other.path })
    expect(await said(sibling)).toBe('up\n')
    const scan = 'cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr "\\0" "\\n"; ls -l /proc/self/fd'
    await using process = await sandbox.open(shell(scan), { env: { OWN: 'visible' }, workspace: folder.path })
    const seen = await text(process.stdout)
    expect(seen).toContain('OWN=visible')
    expect(seen.includes(canary)).toBe(!sandbox.status.active)
  })

  test('P1 inherits no descriptor of an open LevelDB', async () => {
    await using folder = await testFolder()
    await using workspace = await testFolder()
    const others = Array.from({ length: 100 }, () => openSync('/dev/null', 'r'))
    const level = await openLevel(folder.path)
    await using process = await sandbox.open(shell('ls -l /proc/self/fd'), { env: {}, workspace: workspace.path })
    const targets = (await text(process.stdout))
      .split('\n')
      .flatMap((line) => / (\d+) -> (.*)$/.exec(line)?.slice(1, 3).join(' ') ?? [])
    expect(targets.length).toBeGreaterThan(2)
    expect(targets.filter((target) => !/^[012] |\/dev\/null$|\/proc\/\d+\/fd$/.test(target))).toEqual([])
    await level.close()
    for (const descriptor of others) closeSync(descriptor)
  })

  test('waits while it is not read, so that it cannot fill the memory of the host', async () => {
    await using folder = await testFolder()
    const line = 'yes | head -c 4000000; echo done >done'
    await using process = await sandbox.open(shell(line), { env: {}, workspace: folder.path })
    await vi.waitFor(() => expect(process.stdout.readableLength).toBeGreaterThan(0))
    expect(process.stdout.readableLength).toBeLessThan(1_000_000)
    await expect(stat(join(folder.path, 'done'))).rejects.toThrow('ENOENT')
    expect((await text(process.stdout)).length).toBe(4_000_000)
    expect(await process.ended).toMatchObject({ type: 'exited', exitCode: 0 })
  })

  test('does not wait for who wants to read no more', async () => {
    await using folder = await testFolder()
    await using process = await sandbox.open(shell('yes | head -c 4000000; echo done >done'), {
      env: {},
      workspace: folder.path,
    })
    process.stdout.destroy()
    expect(await process.ended).toMatchObject({ type: 'exited', exitCode: 0 })
    expect((await stat(join(folder.path, 'done'))).isFile()).toBe(true)
  })

  test('keeps the tail of its standard error, and shows all of it', async () => {
    await using folder = await testFolder()
    let seen = 0
    await using process = await sandbox.open(shell('head -c 300000 /dev/zero | tr "\\0" x >&2; printf end >&2'), {
      env: {},
      workspace: folder.path,
      outputLimitBytes: 100,
      onStderr: (bytes) => (seen += bytes.length),
    })
    expect(await process.ended).toMatchObject({ stderr: `${'x'.repeat(97)}end`, stderrDroppedBytes: 299_903 })
    expect(seen).toBe(300_003)
  })

  test.for(['its wall clock', 'a signal', 'close'] as const)(
    'P9 is gone with its whole tree after %s, though each process of it is deaf',
    async (means) => {
      await using folder = await testFolder()
      const canary = randomUUID()
      const line = `trap '' TERM; (setsid sh -c 'trap "" TERM; while :; do sleep 600; done' &) ; echo up; while :; do sleep 600; done`
      const stop = new AbortController()
      const process = await sandbox.open(shell(line), {
        env: { CANARY: canary },
        workspace: folder.path,
        graceMs: 100,
        wallClockMs: means === 'its wall clock' ? 300 : undefined,
        signal: stop.signal,
      })
      expect(await said(process)).toBe('up\n')
      if (means === 'a signal') stop.abort()
      if (means === 'close') await process.close()
      expect(await process.ended).toMatchObject({ type: means === 'its wall clock' ? 'timed-out' : 'aborted' })
      await vi.waitFor(() => expect(processesWith('environ', canary)).toEqual([]))
    },
  )

  test('P9 leaves nothing behind when stopped at any moment of its start', async () => {
    await using folder = await testFolder()
    const marker = `87${process.pid}.${name.length}`
    for (let afterMs = 0; afterMs < 16; afterMs += 0.8) {
      const stop = new AbortController()
      setTimeout(() => stop.abort(), afterMs)
      await using opened = await sandbox.open(
        { type: 'argv', argv: ['sleep', marker] },
        { env: {}, workspace: folder.path, graceMs: 300, signal: stop.signal },
      )
      expect(await opened.ended).toMatchObject({ type: 'aborted' })
    }
    await expect.poll(() => processesWith('cmdline', marker)).toEqual([])
  })

  test('is not started when it was stopped before', async () => {
    await using folder = await testFolder()
    const process = await sandbox.open(shell('touch ran'), {
      env: {},
      workspace: folder.path,
      signal: AbortSignal.abort(),
    })
    process.stdin.write('lost')
    expect(await text(process.stdout)).toBe('')
    expect(await process.ended).toMatchObject({ type: 'aborted', elapsedMs: 0 })
    await expect(stat(join(folder.path, 'ran'))).rejects.toThrow('ENOENT')
  })

  test('is stopped when onStderr throws, and its end says why', async () => {
    await using folder = await testFolder()
    const canary = randomUUID()
    const process = await sandbox.open(shell('echo up >&2; sleep 600'), {
      env: { CANARY: canary },
      workspace: folder.path,
      onStderr() {
        throw new Error('disk full')
      },
    })
    await expect(process.ended).rejects.toThrow('disk full')
    await vi.waitFor(() => expect(processesWith('environ', canary)).toEqual([]))
  })

  test('loses what is written to it after its end without harm', async () => {
    await using folder = await testFolder()
    await using process = await sandbox.open(shell('exit 3'), { env: {}, workspace: folder.path })
    expect(await process.ended).toMatchObject({ type: 'exited', exitCode: 3 })
    await new Promise((resolve) => process.stdin.write('late', resolve))
  })
})

test('rejects when the sandbox cannot be set up, without a word of the environment', async () => {
  await using folder = await testFolder()
  const broken = bubblewrap('/bin/false', { disableUserNamespaces: true })
  const ground = { deniedPaths: [], readOnlyPaths: [], searchPaths: [] }
  await expect(
    openCommand(broken, ground, shell('true'), { env: { TOKEN: 'CANARY' }, workspace: folder.path }),
  ).rejects.toThrow(
    expect.objectContaining({
      code: 'SANDBOX_START_FAILED',
      message: expect.not.stringContaining('CANARY') as string,
    }) as Error,
  )
  await expect(
    openCommand(envOnly(), ground, shell('true'), { env: {}, workspace: folder.path, graceMs: -1 }),
  ).rejects.toThrow(expect.objectContaining({ code: 'SANDBOX_OPTIONS_INVALID' }) as Error)
})
