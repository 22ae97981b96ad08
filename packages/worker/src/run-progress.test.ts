import { expect, test } from 'vitest'
import { createProgressReporter, type RunProgress } from './run-progress.ts'

const run = { agentId: 'a', taskId: 't', runId: 'r' }

function reporter(): { readonly told: RunProgress[]; readonly report: (progress: RunProgress) => void } {
  const told: RunProgress[] = []
  const scrub = (text: string): string => text.replaceAll('s3cret', '[REDACTED]')
  return { told, report: createProgressReporter(run, scrub, (progress) => void told.push(progress)) }
}

test('P3 every text of an event is scrubbed, and only then cut', () => {
  const { told, report } = reporter()
  report({ type: 'tool-ended', callId: 's3cret', tool: 's3cret', output: `${'x'.repeat(3998)}s3cret`, isError: true })
  expect(told).toEqual([
    {
      type: 'tool-ended',
      callId: '[REDACTED]',
      tool: '[REDACTED]',
      output: `${'x'.repeat(3998)}[R [...]`,
      isError: true,
    },
  ])
})

test('what a model says is told whole, however much comes at once', () => {
  const { told, report } = reporter()
  report({ type: 'text-delta', text: 'x'.repeat(10_000) })
  expect(told).toEqual([{ type: 'text-delta', text: 'x'.repeat(10_000) }])
})

test('who watches cannot end what is watched', () => {
  const report = createProgressReporter(
    run,
    (text) => text,
    () => {
      throw new Error('the watcher is broken')
    },
  )
  expect(() => report({ type: 'status', status: 'x' })).not.toThrow()
})
