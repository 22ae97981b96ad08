import type { OpenProcess } from '@agentic/sandbox'
import { type MCPTransport, validateJSONRPCMessage } from '@ai-sdk/mcp'

/** Longest message that a server may send, in characters: it is held as a whole. */
const MESSAGE_MAX_LENGTH = 16 * 1024 * 1024

/** Speaks to a process that runs already: one JSON message a line, each way. */
export function createStdioTransport(process: OpenProcess): MCPTransport {
  let held = ''

  function read(chunk: string): void {
    held += chunk
    const lines = held.split('\n')
    held = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') receive(line)
    if (held.length > MESSAGE_MAX_LENGTH) {
      transport.onerror?.(new Error(`the server sent a message of more than ${MESSAGE_MAX_LENGTH} characters`))
      void process.close()
    }
  }

  function receive(line: string): void {
    try {
      transport.onmessage?.(validateJSONRPCMessage(JSON.parse(line)))
    } catch (error) {
      // Servers print other things too; a line that is no message is not one's end.
      transport.onerror?.(error instanceof Error ? error : new Error(String(error)))
    }
  }

  const transport: MCPTransport = {
    async start() {
      process.stdout.setEncoding('utf8').on('data', read)
      const ended = (): void => transport.onclose?.()
      process.ended.then(ended, ended)
    },
    send: (message) =>
      new Promise((resolve, reject) => {
        process.stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()))
      }),
    async close() {
      await process.close()
    },
  }
  return transport
}
