import {
  type ScriptedModelServer,
  type ScriptedReply,
  type ScriptedRequest,
  startScriptedModelServer,
} from '../../packages/worker/test/scripted-model-server.ts'

/** What the model runs in its agent's workspace: it leaves a file, proves that it has the token, and prints it. */
const COMMAND = `echo 'Dear guest' >letter
printf 'proof of the token: %s\\n' "$(printf %s "$GH_TOKEN" | sha256sum | cut -d ' ' -f 1)"
echo "the token: $GH_TOKEN"`

export const QUESTION = 'The letter is written. Shall I send it?'

/**
 * Opens a language model on loopback that says what is written here, over the protocol that real ones speak: no tour
 * needs an account.
 */
export function openModel(): Promise<ScriptedModelServer> {
  return startScriptedModelServer(replyTo)
}

/** A turn with a command, one with a question, and one with what came of it. */
function replyTo({ messages }: ScriptedRequest): ScriptedReply {
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
  if (results.length === 0) return { text: 'I write it.', calls: [{ name: 'shell', input: { command: COMMAND } }] }
  if (results.length === 1) return { calls: [{ name: 'ask', input: { question: QUESTION } }] }
  return { text: `I wrote the letter and asked. The answer was: ${String(results[1])}` }
}
