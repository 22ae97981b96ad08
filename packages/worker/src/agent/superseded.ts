import type { ModelMessage, ToolModelMessage } from 'ai'

/** Stands in place of a result that a newer one of the same tool has replaced. */
export const SUPERSEDED = '[left out: a newer result of this tool follows]'

type ToolPart = ToolModelMessage['content'][number]

/**
 * Leaves only the newest result of each tool in `latestOnly`; errors replace nothing. A page's snapshots are most of what
 * a conversation with a browser holds, and the references in all but the newest lead nowhere.
 */
export function withoutSuperseded(
  messages: readonly ModelMessage[],
  latestOnly: ReadonlySet<string>,
): readonly ModelMessage[] {
  const seen = new Set<string>()

  const newestOf = (part: ToolPart): ToolPart => {
    if (part.type !== 'tool-result' || part.output.type !== 'text' || !latestOnly.has(part.toolName)) return part
    if (seen.has(part.toolName)) return { ...part, output: { type: 'text', value: SUPERSEDED } }
    seen.add(part.toolName)
    return part
  }

  return messages
    .toReversed()
    .map((message) =>
      message.role === 'tool'
        ? { ...message, content: message.content.toReversed().map(newestOf).toReversed() }
        : message,
    )
    .toReversed()
}
