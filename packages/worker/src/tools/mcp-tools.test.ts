import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { calling, setupAgent, toolResults } from '../../test/agent-setup.ts'
import { processesWith } from '../../test/processes.ts'

const info = '{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}'
const list =
  '{"tools":[{"name":"greet","description":"Greets","inputSchema":{"type":"object"}},{"name":"fail","inputSchema":{"type":"object"}}]}'

/** A server in shell, since a shell is what every sandbox has. */
const script = `
echo "this line is no message"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
  case "$line" in
    *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":${info}}' ;;
    *'"tools/list"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":${list}}' ;;
    *'"fail"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"isError":true,"content":[{"type":"text","text":"no"}]}}' ;;
    *'"tools/call"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"hello '$API_KEY'"},{"type":"image","data":"AA==","mimeType":"image/png"}]}}' ;;
  esac
done`

const stdio = (marker = 'x') => ({
  mcpServers: { local: { type: 'stdio', argv: ['sh', '-c', `${script} # ${marker}`] } },
})

describe('a server of tools that is a program', () => {
  test('P3 runs in the sandbox with the secrets of the run, and is gone with it', async () => {
    const marker = randomUUID()
    await using run = await setupAgent([calling('local__greet'), calling('local__fail'), { text: 'ok' }], {
      env: { API_KEY: 'mcp-secret-4711' },
    })
    expect(await run.outcome({ agentSettings: stdio(marker) })).toEqual({ type: 'success', result: 'ok' })
    expect(toolResults(run.server.requests[2])).toEqual(['hello [REDACTED]\n[image]', 'no'])
    await vi.waitFor(() => expect(processesWith(marker)).toEqual([]))
  })

  test('that ends at once fails the run, to be tried again, before the model is called', async () => {
    await using run = await setupAgent([{ text: 'ok' }])
    const agentSettings = { mcpServers: { local: { type: 'stdio', argv: ['sh', '-c', 'exit 1'] } } }
    expect(await run.outcome({ agentSettings })).toMatchObject({ code: 'MCP_SERVER_FAILED', retryable: true })
    expect(run.server.requests).toHaveLength(0)
  })

  test('that does not come about is gone with the run all the same', async () => {
    const marker = randomUUID()
    const refusing = `read -r line; echo '{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"no"}}'; sleep 600 # ${marker}`
    await using run = await setupAgent([{ text: 'ok' }])
    const agentSettings = { mcpServers: { local: { type: 'stdio', argv: ['sh', '-c', refusing] } } }
    expect(await run.outcome({ agentSettings })).toMatchObject({ code: 'MCP_SERVER_FAILED' })
    await vi.waitFor(() => expect(processesWith(marker)).toEqual([]))
  })

  test('that never answers does not keep the run from ending', async () => {
    await using run = await setupAgent([{ text: 'ok' }])
    const agentSettings = { mcpServers: { local: { type: 'stdio', argv: ['sh', '-c', 'sleep 600'] } } }
    expect(await run.outcome({ agentSettings, wallClockMs: 1000 })).toMatchObject({
      type: 'timeout',
      limit: 'wall-clock',
    })
  })

  test('may be left to some tasks alone', async () => {
    await using run = await setupAgent([{ text: 'ok' }])
    await run.start({ agentSettings: stdio(), worker: { type: 'agent', prompt: 'x', tools: ['local__greet'] } })
    expect(run.server.requests[0]?.tools?.map((tool) => tool.function.name)).toEqual(['local__greet'])
  })
})

/** A server that answers each request with JSON, and keeps what headers it got. */
async function httpServer() {
  const headers: unknown[] = []
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method !== 'POST') return response.writeHead(405).end()
      headers.push(request.headers['x-key'])
      const { id, method } = (await json(request)) as { id?: number; method: string }
      if (id === undefined) return response.writeHead(202).end()
      const results: Record<string, string> = {
        initialize: info,
        'tools/list': list,
        'tools/call': '{"content":[],"structuredContent":{"n":1}}',
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      const result = results[method]
      return response.end(
        result === undefined
          ? `{"jsonrpc":"2.0","id":${id},"error":{"code":-32601,"message":"no such method"}}`
          : `{"jsonrpc":"2.0","id":${id},"result":${result}}`,
      )
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    headers,
    url: `http://127.0.0.1:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('a server of tools at an address', () => {
  test('is called through the fetch of the host, with secrets of the run in its headers', async () => {
    await using server = await httpServer()
    const called: string[] = []
    const guarded: typeof fetch = (input, init) => {
      called.push(input instanceof Request ? input.url : String(input))
      return fetch(input, init)
    }
    await using run = await setupAgent([calling('web__greet'), { text: 'ok' }], {
      env: { API_KEY: 'mcp-secret-4711' },
      agent: { mcp: { fetch: guarded } },
    })
    const agentSettings = {
      mcpServers: { web: { type: 'http', url: server.url, headers: { 'x-key': 'k ${API_KEY}' } } },
    }
    expect((await run.outcome({ agentSettings })).type).toBe('success')
    expect(toolResults(run.server.requests[1])).toEqual(['{"n":1}'])
    expect(new Set(called)).toEqual(new Set([server.url]))
    expect(new Set(server.headers)).toEqual(new Set(['k mcp-secret-4711']))
  })

  test.for([
    ['where the host lets none be called', undefined, {}],
    ['when it wants a secret that the agent does not have', fetch, { headers: { 'x-key': '${NOT_THERE}' } }],
  ] as const)('is refused %s', async ([, mcpFetch, more]) => {
    await using run = await setupAgent([{ text: 'ok' }], { agent: { mcp: { fetch: mcpFetch } } })
    const agentSettings = { mcpServers: { web: { type: 'http', url: 'http://127.0.0.1:9/mcp', ...more } } }
    expect(await run.outcome({ agentSettings })).toMatchObject({ code: 'MCP_SERVER_REFUSED', retryable: false })
  })
})
