/** Most of a period that jitter may use up, so that due times keep their order. */
const MAX_SHARE = 0.1

export interface JitterOptions {
  /** Most that is wanted, in milliseconds. */
  readonly jitterMs: number
  /** Time until the next due time; left out when there is none, and then nothing caps what is wanted. */
  readonly periodMs?: number | undefined
}

/** Gives the delay of a job's firings: always the same for the same job, spread evenly over jobs, at most 10 % of the period. */
export function jitterOf(jobId: string, { jitterMs, periodMs }: JitterOptions): number {
  const most = periodMs === undefined ? jitterMs : Math.min(jitterMs, periodMs * MAX_SHARE)
  return Math.floor(fractionOf(jobId) * most)
}

/** A number from 0 to before 1: FNV-1a, finished as MurmurHash3 is, since ids that differ in one letter must spread too. */
function fractionOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
