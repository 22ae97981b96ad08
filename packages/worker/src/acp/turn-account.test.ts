import { createScrubber } from '@agentic/secrets'
import { type RunPhase, supervise } from '@agentic/worker-outcome'
import { expect, test } from 'vitest'
import type { AcpEvent, AcpUsage } from './acp-event.ts'
import { createTurnAccount, type TurnAccount } from './turn-account.ts'

interface Setup {
  readonly account: TurnAccount
  readonly events: AcpEvent[]
  readonly phases: RunPhase[]
  readonly used: AcpUsage[]
  send(update: object, sessionId?: string): void
}

async function setup(secret = 's3cret-value'): Promise<Setup> {
  const events: AcpEvent[] = []
  const phases: RunPhase[] = []
  const used: AcpUsage[] = []
  const made = Promise.withResolvers<TurnAccount>()
  await supervise(async (control) => {
    made.resolve(
      createTurnAccount({
        control: {
          ...control,
          enter(phase) {
            phases.push(phase)
            return () => phases.splice(phases.indexOf(phase), 1)
          },
        },
        scrubber: createScrubber([{ name: 'KEY', value: secret }]),
        resultLimitBytes: 1000,
        onEvent: (event) => events.push(event),
        onUsage: (usage) => used.push(usage),
      }),
    )
    return { type: 'success', result: '' }
  })
  const account = await made.promise
  const send = (update: object, sessionId = 's1'): void => account.update({ sessionId, update })
  return { account, events, phases, used, send }
}

const message = (text: string, messageId?: string): object => ({
  sessionUpdate: 'agent_message_chunk',
  content: { type: 'text', text },
  messageId,
})

test('only what is said of the session since it was prompted counts', async () => {
  const { account, events, send } = await setup()
  send(message('history'))
  account.begin('s1')
  send(message('mine'))
  send(message('of another'), 's2')
  expect(account.end()).toBe('mine')
  expect(events.map((event) => (event.type === 'text-delta' ? event.text : event.type)).join('')).toBe('mine')
})

test('messages are kept apart: by their id, and by a tool that came between', async () => {
  const { account, send } = await setup()
  account.begin('s1')
  send(message('a', '1'))
  send(message('b', '1'))
  send(message('c', '2'))
  send({ sessionUpdate: 'tool_call', toolCallId: 't', title: 'x' })
  send(message('d\n\n', '2'))
  send(message('e', '3'))
  expect(account.end()).toBe('ab\n\nc\n\nd\n\ne')
})

test('P3 a secret in pieces is scrubbed, whatever comes between them', async () => {
  const { account, events, send } = await setup()
  account.begin('s1')
  send(message('s3cr'))
  send({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 's3cret' } })
  send({ sessionUpdate: 'plan', entries: [] })
  send(message('et-value'))
  send({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: '-value' } })
  expect(account.end()).toBe('[REDACTED]')
  expect(JSON.stringify(events)).not.toContain('et-value')
  expect(events.filter(({ type }) => type !== 'plan')).toEqual([
    { type: 'text-delta', text: '[REDACTED]' },
    { type: 'thought-delta', text: '[REDACTED]' },
  ])
})

test('the run is in a tool for as long as one is open', async () => {
  const { account, phases, send } = await setup()
  account.begin('s1')
  send({ sessionUpdate: 'tool_call', toolCallId: 'a', title: 'x', kind: 'execute' })
  send({ sessionUpdate: 'tool_call_update', toolCallId: 'b', status: 'in_progress' })
  expect(phases).toEqual(['tool', 'tool'])
  expect(account.kindOf('a')).toBe('execute')
  send({ sessionUpdate: 'tool_call_update', toolCallId: 'a', status: 'completed' })
  send({ sessionUpdate: 'tool_call', toolCallId: 'c', title: 'x', status: 'failed' })
  expect(phases).toEqual(['tool'])
  account.end()
  expect(phases).toEqual([])
})

test.for([
  undefined,
  null,
  7,
  {},
  { sessionId: 's1' },
  { sessionId: 's1', update: { sessionUpdate: 'of a newer protocol' } },
  { sessionId: 's1', update: { sessionUpdate: 'agent_message_chunk' } },
  { sessionId: 's1', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'image', data: '' } } },
  { sessionId: 's1', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 7 } } },
  { sessionId: 's1', update: { sessionUpdate: 'tool_call' } },
  { sessionId: 's1', update: { sessionUpdate: 'plan', entries: 'none' } },
  { sessionId: 's1', update: { sessionUpdate: 'usage_update', used: 'many', cost: {} } },
])('P20 an update that is not understood changes nothing: %o', async (params) => {
  const { account, events, used } = await setup()
  account.begin('s1')
  account.update(params)
  expect(account.end()).toBe('')
  expect(events).toEqual([])
  expect(used.every((each) => Object.keys(each).length === 0)).toBe(true)
})

test('an input that is nested deeper than can be said again is not said', async () => {
  const { account, events, send } = await setup()
  account.begin('s1')
  send({
    sessionUpdate: 'tool_call',
    toolCallId: 'a',
    title: 'x',
    rawInput: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)),
  })
  expect(events).toMatchObject([{ type: 'tool-started', input: '[too deep]' }])
})
