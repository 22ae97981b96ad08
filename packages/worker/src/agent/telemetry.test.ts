import { context, type Tracer as OtelTracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { calling, setupAgent } from '../../test/agent-setup.ts'
import type { Tracer } from '../index.ts'

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})

function tracing() {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  return { tracer: provider.getTracer('test'), spans: () => exporter.getFinishedSpans() }
}

const named = (spans: readonly ReadableSpan[], name: string) => spans.filter((span) => span.name === name)

test('a tracer of the OpenTelemetry API is one as it is', () => {
  expectTypeOf<OtelTracer>().toExtend<Tracer>()
})

describe('the spans of a run', () => {
  test('are named by the conventions, one within the other, with what was used up', async () => {
    const { tracer, spans } = tracing()
    await using run = await setupAgent([calling('list_files', {}, 'c1'), calling('teleport'), { text: 'ok' }], {
      agent: { telemetry: { tracer } },
    })
    await run.start()
    const [agent] = named(spans(), 'invoke_agent shop-1')
    const chats = named(spans(), 'chat scripted')
    const [tool] = named(spans(), 'execute_tool list_files')
    expect(agent?.attributes).toEqual({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.id': 'shop-1',
      'gen_ai.conversation.id': 'task-1',
      'gen_ai.provider.name': 'openai-compatible',
      'gen_ai.request.model': 'scripted',
    })
    expect(chats).toHaveLength(3)
    expect(chats[0]?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.response.finish_reasons': ['tool-calls'],
    })
    expect(tool?.attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'list_files',
      'gen_ai.tool.call.id': 'c1',
      'gen_ai.tool.type': 'function',
    })
    expect(named(spans(), 'execute_tool teleport')[0]?.attributes).toMatchObject({ 'error.type': 'tool_error' })
    for (const span of [...chats, tool]) expect(span?.parentSpanContext?.spanId).toBe(agent?.spanContext().spanId)
  })

  test('P3 have nothing of what was said unless it is wanted, and then without secrets', async () => {
    const script = [
      { text: 'secret canary-4711', ...calling('shell', { command: 'echo canary-4711' }) },
      { text: 'ok' },
    ]
    for (const recordContent of [undefined, true]) {
      const { tracer, spans } = tracing()
      await using run = await setupAgent(script, {
        env: { CANARY: 'canary-4711' },
        agent: { telemetry: { tracer, recordContent } },
      })
      await run.start()
      const told = JSON.stringify(spans().map(({ attributes, status }) => [attributes, status]))
      expect(told).not.toContain('canary')
      expect(told.includes('echo [REDACTED]')).toBe(recordContent === true)
    }
  })

  test('end with the run, with what went wrong', async () => {
    const { tracer, spans } = tracing()
    await using run = await setupAgent([{ status: 401 }], { agent: { telemetry: { tracer } } })
    await run.start()
    expect(named(spans(), 'chat scripted')[0]?.attributes['error.type']).toBe('MODEL_AUTH')
    expect(named(spans(), 'invoke_agent shop-1')[0]?.status.code).toBe(2)
  })
})
