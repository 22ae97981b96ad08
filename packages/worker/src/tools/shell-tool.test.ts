import { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { calling, setupAgent, toolResults } from '../../test/agent-setup.ts'
import { processesWith } from '../../test/processes.ts'
import { looksLikePrompt } from './shell-tool.ts'

async function shell(input: { readonly command: string; readonly timeoutSecs?: number }, options = {}) {
  await using run = await setupAgent([calling('shell', input), { text: 'ok' }], options)
  const { outcome } = await run.start()
  expect(outcome).toEqual({ type: 'success', result: 'ok' })
  return toolResults(run.server.requests[1])[0] ?? ''
}

describe('a line in the shell', () => {
  test.for([
    ['echo out; echo err >&2; exit 3', 'exit code 3\nout\nerr\n'],
    ['kill -9 $$', 'ended by SIGKILL\n'],
    ['no-such-program', expect.stringMatching(/^exit code 127\n.*not found/) as string],
    ['read -r x; echo "got:$x"', 'exit code 0\ngot:\n'],
  ] as const)('%s', async ([command, answer]) => {
    expect(await shell({ command })).toEqual(answer)
  })

  test('keeps the tail of an output without end, and no more in memory', async () => {
    const text = await shell(
      { command: 'yes 0123456789 | head -c 3000000; echo last' },
      { agent: { limits: { toolResultLength: 10_000 } } },
    )
    expect(text.length).toBeLessThan(10_200)
    expect(text).toMatch(/^exit code 0\n\[\d+ bytes left out\]/)
    expect(text).toMatch(/last\n$/)
  })

  test('P9 that takes too long is ended with its whole process group; the run goes on', async () => {
    const marker = randomUUID()
    const text = await shell({ command: `echo began; (sleep 600 # ${marker}\n) & sleep 600`, timeoutSecs: 1 })
    expect(text).toBe('ended: it took longer than 1 s. Give a larger timeoutSecs, or do less at a time.\nbegan\n')
    await vi.waitFor(() => expect(processesWith(marker)).toEqual([]))
  })

  test.for([0, -1, 1801, 1e9])('is not run with a time of %d s', async (timeoutSecs) => {
    expect(await shell({ command: 'echo ran', timeoutSecs })).toContain('input.timeoutSecs')
  })

  test('that asks somebody something is ended with advice, long before its time is over', async () => {
    const text = await shell({ command: 'printf "Do you want to continue? [Y/n] "; sleep 600' })
    expect(text).toMatch(/^ended: it waited for somebody.*-y\.\nDo you want to continue\? \[Y\/n\] $/)
  })
})

test.for([
  ['Password: ', true],
  ["Enter passphrase for key '/x': ", true],
  ['Are you sure you want to continue connecting (yes/no/[fingerprint])? ', true],
  ['Proceed? ', true],
  ['Press ENTER to go on', true],
  ['Password: \n', false],
  ['10% done', false],
  ['the password is kept in a file', false],
  ['', false],
] as const)('%o is taken for a question: %s', ([tail, isPrompt]) => {
  expect(looksLikePrompt(`before\n${tail}`)).toBe(isPrompt)
})
