import { afterEach, describe, expect, test, vi } from 'vitest'
import { setupAgent } from '../../test/agent-setup.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.doUnmock('@ai-sdk/anthropic')
})

const KEY = 'kEy-of-the-store-001'

async function callOf(provider: 'anthropic' | 'openai') {
  const calls: { readonly url: string; readonly headers: Headers }[] = []
  const modelFetch: typeof fetch = async (input, init) => {
    calls.push({ url: input instanceof Request ? input.url : String(input), headers: new Headers(init?.headers) })
    return Response.json(
      { type: 'error', error: { type: 'authentication_error', message: `no ${KEY}` } },
      { status: 401 },
    )
  }
  await using run = await setupAgent([], { agent: { modelFetch, resolveSystemSecret: async () => KEY } })
  const model = { provider, model: 'm', apiKeySecret: 'MODEL_KEY' }
  return { outcome: await run.outcome({ agentSettings: { model } }), call: calls[0] }
}

describe('a provider with a package of its own', () => {
  test.for([
    ['anthropic', 'https://api.anthropic.com/v1/messages', 'x-api-key', KEY],
    ['openai', 'https://api.openai.com/v1/chat/completions', 'authorization', `Bearer ${KEY}`],
  ] as const)(
    '%s is called at its own address with the key of the store, and nothing of the environment',
    async ([provider, url, header, value]) => {
      for (const name of ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL']) vi.stubEnv(name, 'http://elsewhere.example')
      for (const name of ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY']) vi.stubEnv(name, 'of-the-environment')
      const { outcome, call } = await callOf(provider)
      expect(call?.url).toBe(url)
      expect(call?.headers.get(header)).toBe(value)
      expect(outcome).toMatchObject({
        type: 'failed',
        code: 'MODEL_AUTH',
        message: expect.stringContaining('no [REDACTED]') as string,
      })
    },
  )

  test('that is not installed is asked for by name', async () => {
    vi.doMock('@ai-sdk/anthropic', () => {
      throw new Error('Cannot find package')
    })
    expect((await callOf('anthropic')).outcome).toMatchObject({
      code: 'MODEL_PROVIDER_MISSING',
      message: expect.stringContaining('npm install @ai-sdk/anthropic') as string,
      retryable: false,
    })
  })
})
