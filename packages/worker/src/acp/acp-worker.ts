import type { WorkerOutcome } from '@agentic/worker-outcome'
import type { RunContext } from '../run-context.ts'
import type { AcpEvent } from './acp-event.ts'
import type { AcpSpec } from './acp-spec.ts'
import type { ProcessOpener } from './agent-process.ts'
import { type AcpOptions, runAcp } from './run-acp.ts'

/** Does an `acp` run: what the coding agent does is told to those who watch, and is in the transcript. */
export async function runCodingAgent(
  spec: AcpSpec,
  { open, ...options }: AcpOptions & ProcessOpener,
  run: RunContext,
): Promise<WorkerOutcome> {
  const { job, control, env, seam, workspace, graceMs, resultLimitBytes, transcript, report, keepUsage } = run
  const pieces = createPieces((type, text) => transcript.append(type, { text }))
  try {
    return await runAcp(
      spec,
      job,
      control,
      { env, scrubber: seam },
      {
        ...options,
        sandbox: { open },
        workspace,
        graceMs,
        resultLimitBytes,
        onUsage: keepUsage,
        onEvent(event) {
          report(event)
          if (event.type === 'text-delta' || event.type === 'thought-delta') return pieces.add(event.type, event.text)
          pieces.end()
          const { type, ...entry } = event
          transcript.append(type, entry)
        },
      },
    )
  } finally {
    pieces.end()
  }
}

type PieceType = Extract<AcpEvent, { readonly text: string }>['type']

/** In the transcript what was said in pieces is one entry. */
const ENTRY_TYPES: Readonly<Record<PieceType, string>> = { 'text-delta': 'text', 'thought-delta': 'thought' }

/** What is said at length is more than one entry, so that little of it is held. */
const ENTRY_LENGTH = 16_384

function createPieces(write: (type: string, text: string) => void): {
  add(type: PieceType, text: string): void
  end(): void
} {
  let type: PieceType | undefined
  let text = ''

  function end(): void {
    if (type !== undefined && text !== '') write(ENTRY_TYPES[type], text)
    type = undefined
    text = ''
  }

  return {
    add(next, piece) {
      if (next !== type) end()
      type = next
      text += piece
      if (text.length > ENTRY_LENGTH) end()
    },
    end,
  }
}
