import * as v from 'valibot'

/** What the transcript of a run tells the run that takes it up. */
export interface SaidEarlier {
  readonly lines: readonly string[]
  /** How many messages it has. */
  readonly messages: number
  /** Ids of the tool calls that the model made. */
  readonly called: ReadonlySet<string>
  /** Ids of those that the model was told the result of. */
  readonly settled: ReadonlySet<string>
  /** What people answered, by the id of the call that asked. */
  readonly answers: Readonly<Record<string, string>>
}

const answerLine = v.object({ type: v.literal('answer'), questionId: v.string(), answer: v.string() })
const part = v.object({ type: v.string(), toolCallId: v.optional(v.string()) })
const messageLine = v.object({
  type: v.literal('message'),
  message: v.object({ content: v.union([v.string(), v.array(part)]) }),
})

/** Reads a transcript up to the first line that is none, as one that was being written when the process died. */
export function readTranscript(lines: readonly string[]): SaidEarlier {
  const called = new Set<string>()
  const settled = new Set<string>()
  const answers = new Map<string, string>()
  const whole: string[] = []
  let messages = 0
  for (const line of lines) {
    const entry = entryOf(line)
    if (entry === undefined) break
    whole.push(line)
    const answered = v.safeParse(answerLine, entry)
    if (answered.success) answers.set(answered.output.questionId, answered.output.answer)
    const said = v.safeParse(messageLine, entry)
    if (!said.success) continue
    messages += 1
    const { content } = said.output.message
    for (const { type, toolCallId } of typeof content === 'string' ? [] : content) {
      if (toolCallId === undefined) continue
      if (type === 'tool-call') called.add(toolCallId)
      if (type === 'tool-result') settled.add(toolCallId)
    }
  }
  return { lines: whole, messages, called, settled, answers: Object.fromEntries(answers) }
}

/** The call that a line of a transcript tells the answer of. */
export function answeredIn(line: string): { readonly callId: string } | undefined {
  if (!line.includes('"type":"answer"')) return undefined
  const parsed = v.safeParse(answerLine, entryOf(line))
  return parsed.success ? { callId: parsed.output.questionId } : undefined
}

function entryOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
