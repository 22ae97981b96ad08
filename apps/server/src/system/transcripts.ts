import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface TranscriptsOptions {
  /** The folder of an agent's transcripts; outside of what its runs see. */
  readonly folderOf: (agentId: string) => string
  /** How long a transcript is kept after it was last written to, in milliseconds. */
  readonly keepMs: number
  /** Most transcripts of one agent; the oldest go first. */
  readonly keepCount?: number | undefined
  readonly clock?: (() => number) | undefined
}

/** Takes the lines of one transcript. */
export interface TranscriptWriter {
  /** Writes one line, in the order of the calls. A line that cannot be written is told of by {@link close}. */
  append(line: string): void
  /** Waits until all lines so far are on disk, also for the machine; rejects with the first failure. */
  sync(): Promise<void>
  /** Waits until all lines are written; rejects with the first failure. */
  close(): Promise<void>
}

/** Keeps one file of JSON lines for each run that has a transcript. */
export interface Transcripts {
  /** Begins, or goes on with, the transcript of a run; old ones of the agent are dropped. */
  open(agentId: string, runId: string): TranscriptWriter
  read(agentId: string, runId: string): Promise<ReadableStream<Uint8Array> | undefined>
  /** Removes the transcript of a run, if there is one. */
  remove(agentId: string, runId: string): Promise<void>
  /** The whole lines of a transcript: one that was being written when the process died is left out. */
  lines(agentId: string, runId: string): Promise<readonly string[] | undefined>
}

const KEEP_COUNT = 1_000

/** Opens the file when somebody reads: an answer that nobody reads, as that to HEAD, holds none. */
async function* chunksOf(path: string, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return
  const file = await open(path, 'r')
  try {
    yield* file.createReadStream({ end: size - 1, autoClose: false })
  } finally {
    await file.close()
  }
}

export function createTranscripts(options: TranscriptsOptions): Transcripts {
  const { folderOf, keepMs, keepCount = KEEP_COUNT, clock = Date.now } = options
  const pathOf = (agentId: string, runId: string): string => join(folderOf(agentId), `${runId}.jsonl`)

  /** Run ids sort by when the runs began: from the oldest on, as far as something is to go, and no further. */
  async function dropOld(folder: string): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted()
    const tooMany = names.length - (keepCount - 1)
    for (const [index, name] of names.entries()) {
      const path = join(folder, name)
      // One that is removed meanwhile is old enough.
      const writtenAt =
        index < tooMany
          ? 0
          : await stat(path)
              .then(({ mtimeMs }) => mtimeMs)
              .catch(() => 0)
      if (writtenAt >= clock() - keepMs) return
      await rm(path, { force: true })
    }
  }

  async function openFile(agentId: string, runId: string): Promise<FileHandle> {
    const folder = folderOf(agentId)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await dropOld(folder)
    return open(pathOf(agentId, runId), 'a', 0o600)
  }

  return {
    open(agentId, runId) {
      const opened = openFile(agentId, runId)
      let failure: unknown
      const note = (error: unknown): void => void (failure ??= error)
      let written: Promise<unknown> = opened.catch(note)
      return {
        append(line) {
          written = written.then(async () => (await opened).appendFile(`${line}\n`)).catch(note)
        },
        async sync() {
          await written
          if (failure !== undefined) throw failure
          await (await opened).datasync()
        },
        async close() {
          await written
          await opened.then((file) => file.close(), note)
          if (failure !== undefined) throw failure
        },
      }
    },
    remove: (agentId, runId) => rm(pathOf(agentId, runId), { force: true }),
    async lines(agentId, runId) {
      try {
        const text = await readFile(pathOf(agentId, runId), 'utf8')
        return text.split('\n').slice(0, -1)
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    async read(agentId, runId) {
      try {
        const path = pathOf(agentId, runId)
        // What is written meanwhile is for the next look: an answer ends.
        const { size } = await stat(path)
        return ReadableStream.from(chunksOf(path, size))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
  }
}
