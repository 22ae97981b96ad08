import type { ModelMessage } from 'ai'

/** Begins the message that stands for what was left out. */
const RECAP = '[Earlier parts of this conversation were left out to save room.'

const RECAP_LINES = 40
const CALL_LENGTH = 200

/**
 * Leaves the oldest messages out until the rest is at most `mostCharacters` long, as far as that goes. The first message,
 * which is the task, and the last exchange always stay. A tool call and its result stay or go together. What was left
 * out is told in a message of its own, call by call.
 */
export function compact(
  messages: readonly ModelMessage[],
  mostCharacters: number,
): { readonly messages: ModelMessage[]; readonly leftOut: number } {
  const [first, ...groups] = groupsOf(messages)
  if (first === undefined) return { messages: [], leftOut: 0 }
  const dropped: ModelMessage[] = []
  let length = lengthOf(messages)
  while (length > mostCharacters && groups.length > 1) {
    const group = groups.shift() ?? []
    dropped.push(...group)
    length -= lengthOf(group)
  }
  if (dropped.every((message) => recapIn(message) !== undefined)) return { messages: [...messages], leftOut: 0 }
  return { messages: [...first, recapOf(dropped), ...groups.flat()], leftOut: dropped.length }
}

/** How long messages are, in characters of JSON. */
export function lengthOf(messages: readonly ModelMessage[]): number {
  return messages.reduce((length, message) => length + JSON.stringify(message).length, 0)
}

/** What must stay together: an answer of the model and the tool results that follow it. */
function groupsOf(messages: readonly ModelMessage[]): ModelMessage[][] {
  const groups: ModelMessage[][] = []
  for (const message of messages) {
    if (message.role === 'tool') groups.at(-1)?.push(message)
    else groups.push([message])
  }
  return groups
}

function recapOf(messages: readonly ModelMessage[]): ModelMessage {
  const lines = messages.flatMap(linesOf)
  const kept = lines.slice(-RECAP_LINES)
  const more = lines.length > kept.length ? `\n(${lines.length - kept.length} earlier ones not shown)` : ''
  const said = kept.length === 0 ? '' : ` In them you said and called:${more}\n${kept.join('\n')}`
  return { role: 'user', content: `${RECAP}${said}]` }
}

function linesOf(message: ModelMessage): string[] {
  const recap = recapIn(message)
  if (recap !== undefined) return recap.slice(0, -1).split('\n').slice(1)
  if (message.role !== 'assistant') return []
  if (typeof message.content === 'string') return [shortened(`- said: ${message.content}`)]
  return message.content.flatMap((part) => {
    if (part.type === 'text') return [shortened(`- said: ${part.text}`)]
    return part.type === 'tool-call' ? [shortened(`- called ${part.toolName} ${JSON.stringify(part.input)}`)] : []
  })
}

function recapIn({ role, content }: ModelMessage): string | undefined {
  return role === 'user' && typeof content === 'string' && content.startsWith(RECAP) ? content : undefined
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > CALL_LENGTH ? `${line.slice(0, CALL_LENGTH).toWellFormed()}...` : line
}
