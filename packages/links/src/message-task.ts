const LONGEST_TITLE = 120

/** Names a task by the first line of its message that says something, cut between characters. */
export function titleOf(message: string): string {
  const line = message.split(/\r\n|\r|\n/).find((text) => text.trim() !== '') ?? message
  const title = line.trim()
  if (title.length <= LONGEST_TITLE) return title
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(title)
  let kept = ''
  for (const { segment } of segments) {
    if (kept.length + segment.length > LONGEST_TITLE - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** Says in a task's lineage that an agent made it. */
export function sourceOf(agentId: string): string {
  return `agent:${agentId}`
}
