import { CronError } from './errors.ts'

/** A stretch of time in which a zone's offset does not change. All in seconds; instants since 1970. */
export interface Segment {
  /** First instant that is known to be of it. */
  readonly start: number
  /** First instant after it, or where the knowledge about it ends. */
  readonly end: number
  /** Wall clock minus UTC. */
  readonly offset: number
  /** By how much the wall clock was moved at `start`; 0 when it was not, or long ago. */
  readonly moved: number
}

export interface TimeZone {
  /** The stretch that an instant is in. */
  segmentAt(instant: number): Segment
}

/** Offsets are read for so long at a time, about a year and three weeks. */
const CHUNK_SECS = 2 ** 25

/**
 * Offsets are probed so far apart, about three days. Since 1970 no zone kept an offset for less than seven days between
 * two changes that undo each other (America/Recife, October 2000).
 */
const PROBE_SECS = 2 ** 18

/** Changes shortly before a chunk are seen with it, since what they repeat reaches into it. */
const OVERLAP_SECS = 2 * 86_400

/** A century of one zone; who asks for more years than that asks rarely. */
const MAX_CHUNKS = 100

/** More zones than there are; a bound, since one zone can be spelled in many ways. */
const MAX_ZONES = 1000

const zones = new Map<string, TimeZone>()

/** Gives the zone of an IANA name. Throws CRON_INVALID_TIME_ZONE for a name that Intl does not know. */
export function timeZoneOf(name: string): TimeZone {
  const known = zones.get(name)
  if (known !== undefined) return known
  if (zones.size >= MAX_ZONES) zones.clear()
  const zone = createTimeZone(offsetReader(name))
  zones.set(name, zone)
  return zone
}

function createTimeZone(offsetAt: (instant: number) => number): TimeZone {
  const chunks = new Map<number, readonly Segment[]>()
  let recent: Segment = { start: 0, end: 0, offset: 0, moved: 0 }

  function chunkOf(index: number): readonly Segment[] {
    const known = chunks.get(index)
    if (known !== undefined) return known
    const chunk = segmentsBetween(index * CHUNK_SECS - OVERLAP_SECS, (index + 1) * CHUNK_SECS, offsetAt)
    if (chunks.size >= MAX_CHUNKS) chunks.clear()
    chunks.set(index, chunk)
    return chunk
  }

  return {
    segmentAt(instant) {
      // Schedules ask for the same weeks over and over.
      if (instant >= recent.start && instant < recent.end) return recent
      const chunk = chunkOf(Math.floor(instant / CHUNK_SECS))
      recent = chunk.find(({ end }) => instant < end) ?? recent
      return recent
    },
  }
}

function segmentsBetween(from: number, to: number, offsetAt: (instant: number) => number): Segment[] {
  const segments: Segment[] = []
  let start = from
  let offset = offsetAt(from)
  let moved = 0
  for (let left = from; left < to; left += PROBE_SECS) {
    const right = Math.min(left + PROBE_SECS, to)
    const offsetRight = offsetAt(right)
    let searchFrom = left
    while (offset !== offsetRight) {
      const change = changeBetween(searchFrom, right, offset, offsetAt)
      segments.push({ start, end: change, offset, moved })
      const offsetAfter = offsetAt(change)
      moved = offsetAfter - offset
      offset = offsetAfter
      start = change
      searchFrom = change
    }
  }
  // A change at the very end belongs to the next chunk.
  if (start < to) segments.push({ start, end: to, offset, moved })
  return segments
}

/** The first instant after `left` whose offset differs, given that it differs at `right`. */
function changeBetween(left: number, right: number, offset: number, offsetAt: (instant: number) => number): number {
  let before = left
  let after = right
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (offsetAt(middle) === offset) before = middle
    else after = middle
  }
  return after
}

function offsetReader(name: string): (instant: number) => number {
  const format = formatOf(name)
  return (instant) => {
    // "7/1/2026, GMT-04:00"; with seconds where the zone had them; plain "GMT" for none.
    const [, sign, hours, minutes, seconds] =
      /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(format.format(instant * 1000)) ?? []
    if (sign === undefined) return 0
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
    return sign === '-' ? -size : size
  }
}

function formatOf(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch (error) {
    throw new CronError(
      'CRON_INVALID_TIME_ZONE',
      `no time zone is called ${JSON.stringify(name)}: use an IANA name such as Europe/Berlin, or UTC`,
      {
        cause: error,
        field: 'timeZone',
      },
    )
  }
}
