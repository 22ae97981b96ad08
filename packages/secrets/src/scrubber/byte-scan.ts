import type { Finder, Span } from './finder.ts'

export interface ByteScan {
  /** Takes more bytes and gives back, redacted, what can no longer be part of a match. */
  write(bytes: Uint8Array): Uint8Array
  /** Gives back the rest. The scan then stands at the start again. */
  end(): Uint8Array
}

/**
 * Puts one marker for each stretch of a stream that the findings of all finders cover, wherever the stream is cut: only
 * bytes that a finding may still begin with are held back. Markers are not looked at again.
 */
export function createByteScan(finders: readonly Finder[], markerOf: (name: string) => Uint8Array): ByteScan {
  const lookBehind = Math.max(0, ...finders.map((finder) => finder.lookBehind))
  /** Position in the stream of the first byte kept, and the bytes from there on: looked back at, then held back. */
  let base = 0
  let kept: Uint8Array = new Uint8Array()
  let releasedUntil = 0
  /** End of the last stretch that has its marker already. */
  let redactedUntil = -1

  /** Gives back what stands before `limit`, redacted. `bytes` begin at `base`. */
  function release(bytes: Uint8Array, limit: number): Uint8Array {
    const pieces: Uint8Array[] = []
    const copyUntil = (to: number): void => {
      const start = Math.max(releasedUntil, redactedUntil)
      if (start < to) pieces.push(bytes.subarray(start - base, to - base))
      releasedUntil = Math.max(releasedUntil, to)
    }
    const spans = finders.flatMap((finder) => finder.take(limit)).toSorted(byStart)
    for (const { start, end, name } of spans) {
      copyUntil(start)
      if (start > redactedUntil) pieces.push(markerOf(name))
      redactedUntil = Math.max(redactedUntil, end)
    }
    copyUntil(limit)
    return join(pieces)
  }

  return {
    write(bytes) {
      const all = kept.length === 0 ? bytes : join([kept, bytes])
      for (const finder of finders) finder.scan(all, base, kept.length)
      const end = base + all.length
      const limit = Math.min(end, ...finders.map((finder) => finder.openFrom(end)))
      const released = release(all, limit)
      const keptFrom = Math.max(base, limit - lookBehind)
      kept = new Uint8Array(all.subarray(keptFrom - base))
      base = keptFrom
      return released
    },
    end() {
      for (const finder of finders) finder.finish(kept, base)
      const released = release(kept, base + kept.length)
      for (const finder of finders) finder.reset()
      base = 0
      kept = new Uint8Array()
      releasedUntil = 0
      redactedUntil = -1
      return released
    },
  }
}

function byStart(a: Span, b: Span): number {
  return a.start - b.start || a.rank - b.rank
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
