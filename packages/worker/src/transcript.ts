import { type Json, scrubJson, type Scrub } from '@agentic/worker-outcome'
import type { RunInfo } from './worker.ts'

/** Where one run's transcript goes: lines of JSON. */
export interface TranscriptSink {
  /** By what the transcript is found again. */
  readonly reference: string
  /** Takes one line, without its line end. Must not wait for the disk. */
  append(line: string): void
  /** Resolves when everything is kept. It is waited for no longer than the run's grace. */
  close(): Promise<void>
}

/** Opens the transcript of a run. What it throws or rejects with fails the run, to be tried again. */
export type OpenTranscript = (run: RunInfo) => TranscriptSink | Promise<TranscriptSink>

/** The transcript as a run writes it: every entry is scrubbed, and nothing is taken once it is over. */
export interface Transcript {
  append(type: string, entry: { readonly [key: string]: Json }): void
}

export interface RunTranscript extends Transcript {
  readonly reference: string | undefined
  open(run: RunInfo, openTranscript: OpenTranscript | undefined): Promise<void>
  close(): Promise<void>
}

export function createTranscript(scrub: Scrub): RunTranscript {
  let sink: TranscriptSink | undefined
  let isOpen = true
  return {
    get reference() {
      return sink?.reference
    },
    async open(run, openTranscript) {
      const opened = await openTranscript?.(run)
      if (isOpen) sink = opened
      // The run was ended without it.
      else await opened?.close()
    },
    append(type, entry) {
      if (!isOpen || sink === undefined) return
      const line = JSON.stringify({ at: new Date().toISOString(), type, ...(scrubJson(entry, scrub) as object) })
      try {
        sink.append(line)
      } catch {
        // A full disk must not decide how the run ends; the transcript stops here.
        isOpen = false
      }
    },
    async close() {
      isOpen = false
      await sink?.close().catch(() => undefined)
    },
  }
}
