import type { Json } from '@agentic/worker-outcome'

/** Something that a run did, told while it runs: `status`, `tool-started`, `text-delta` and the like. */
export interface ProgressEvent {
  readonly type: string
  readonly [field: string]: Json | undefined
}

/** One event in the order of its run. */
export interface NumberedProgress {
  /** From 1, one more each time. */
  readonly sequence: number
  readonly event: ProgressEvent
}

/** What followers of a run are told: its progress, or that some of it is no longer kept. */
export type FollowedProgress = NumberedProgress | { readonly sequence: number; readonly event: 'resync' }

/**
 * Tells those who watch a run what it does. Nothing of it is durable, and only the latest of each running run is kept: what
 * lasts is the transcript.
 */
export interface RunProgress {
  begin(agentId: string, runId: string): void
  publish(runId: string, event: ProgressEvent): void
  /** Ends the streams of a run and forgets it. */
  end(runId: string): void
  /** Ends all of an agent that is deleted. */
  endAgent(agentId: string): void
  /** Whether the run is going on here. */
  has(runId: string): boolean
  /** Tells what came after a place, and what comes, until the run ends or the signal aborts. */
  follow(runId: string, after: number, signal: AbortSignal): AsyncIterable<FollowedProgress>
}

/** So many events of a run are kept for those who come late or read slowly. */
const KEPT = 1_000

interface Channel {
  readonly agentId: string
  last: number
  isOver: boolean
  readonly kept: NumberedProgress[]
  /** Resolves at the next event, or the end. */
  news: PromiseWithResolvers<void>
}

export function createRunProgress({ kept: most = KEPT }: { readonly kept?: number } = {}): RunProgress {
  const channels = new Map<string, Channel>()

  function tell(channel: Channel): void {
    channel.news.resolve()
    channel.news = Promise.withResolvers()
  }

  function end(runId: string): void {
    const channel = channels.get(runId)
    if (channel === undefined) return
    channels.delete(runId)
    channel.isOver = true
    tell(channel)
  }

  return {
    begin(agentId, runId) {
      channels.set(runId, { agentId, last: 0, isOver: false, kept: [], news: Promise.withResolvers() })
    },
    publish(runId, event) {
      const channel = channels.get(runId)
      if (channel === undefined) return
      channel.last += 1
      channel.kept.push({ sequence: channel.last, event })
      // Dropped in lots, so that a long run does not move its whole list for each event.
      if (channel.kept.length >= 2 * most) channel.kept.splice(0, channel.kept.length - most)
      tell(channel)
    },
    end,
    endAgent(agentId) {
      for (const [runId, channel] of channels) if (channel.agentId === agentId) end(runId)
    },
    has: (runId) => channels.has(runId),
    async *follow(runId, after, signal) {
      const channel = channels.get(runId)
      if (channel === undefined) return
      const aborted = Promise.withResolvers<void>()
      const abort = (): void => aborted.resolve()
      signal.addEventListener('abort', abort, { once: true })
      try {
        let place = Math.min(after, channel.last)
        while (!signal.aborted) {
          const { promise: news } = channel.news
          const first = channel.kept[0]?.sequence ?? channel.last + 1
          if (place < first - 1) {
            place = first - 1
            yield { sequence: place, event: 'resync' }
          }
          const next = channel.kept[place - first + 1]
          if (next !== undefined) {
            place = next.sequence
            yield next
          } else if (channel.isOver) {
            return
          } else {
            await Promise.race([news, aborted.promise])
          }
        }
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
  }
}
