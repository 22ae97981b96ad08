import {
  type EmbeddedStore,
  type KeyRange,
  type Operation,
  key,
  numberPart,
  parts,
  under,
} from '@agentic/embedded-store'
import type { CronStore, DueEntry, Idempotency, JobState } from '../cron-store.ts'
import { CronError } from '../errors.ts'
import { type CronJob, type Firing, isOpen, type PageOptions } from '../job.ts'

export interface EmbeddedCronStoreOptions {
  /** How many firings that ended are kept for each job. @default 100 */
  readonly keepFirings?: number | undefined
}

/** A job with what must be known about its firings to change it. */
interface JobRow {
  readonly job: CronJob
  readonly openIds: readonly string[]
  /** How many firings are kept, open ones included. */
  readonly firingCount: number
  readonly idempotency?: Idempotency | undefined
}

/** Keys of this adapter, all under `cron`. */
const keys = {
  job: (jobId: string) => key('cron', 'job', jobId),
  agentJob: (agentId: string, jobId: string) => key('cron', 'agent-job', agentId, jobId),
  /** Ends in the firing's id for a firing, in nothing for a job. */
  due: (at: number, jobId: string, firingId = '') => key('cron', 'due', at, jobId, firingId),
  firing: (firingId: string) => key('cron', 'firing', firingId),
  history: (firing: Firing) => key('cron', 'history', firing.jobId, firing.dueAt, firing.id),
  running: (firingId: string) => key('cron', 'running', firingId),
  idempotency: (agentId: string, name: string) => key('cron', 'key', agentId, name),
}

const DEFAULT_PAGE = 50
const MAX_PAGE = 500

/** Makes a {@link CronStore} of an embedded store, whose keys under `cron` it then owns. */
export function createEmbeddedCronStore(store: EmbeddedStore, options: EmbeddedCronStoreOptions = {}): CronStore {
  const keepFirings = options.keepFirings ?? 100

  const locked = <Result>(jobId: string, work: () => Promise<Result>): Promise<Result> =>
    store.exclusive(`cron-job ${jobId}`, work)

  async function stateOf(row: JobRow): Promise<JobState> {
    const open = await Promise.all(row.openIds.map((id) => store.get<Firing>(keys.firing(id))))
    return { job: row.job, open: open.filter((firing) => firing !== undefined) }
  }

  async function tooOld(jobId: string, firingCount: number, written: readonly Firing[]): Promise<Firing[]> {
    const excess = firingCount - keepFirings
    if (excess <= 0) return []
    const open = new Set(written.filter(isOpen).map(({ id }) => id))
    const oldest = await store.list<null>({ ...under('cron', 'history', jobId), limit: excess })
    const firings = await Promise.all(oldest.map((entry) => store.get<Firing>(keys.firing(parts(entry.key)[4] ?? ''))))
    return firings.filter((firing): firing is Firing => firing !== undefined && !isOpen(firing) && !open.has(firing.id))
  }

  /** The job that was made with the same key. */
  async function findEarlier(agentId: string, { key: name, fingerprint }: Idempotency): Promise<CronJob | undefined> {
    const jobId = await store.get<string>(keys.idempotency(agentId, name))
    const row = jobId === undefined ? undefined : await store.get<JobRow>(keys.job(jobId))
    if (row === undefined || row.idempotency?.fingerprint === fingerprint) return row?.job
    throw new CronError(
      'CRON_IDEMPOTENCY_MISMATCH',
      `idempotencyKey: ${jobId} was made with this key and other content; repeat that content, or take another key`,
      { field: 'idempotencyKey' },
    )
  }

  async function insertLocked(job: CronJob, idempotency?: Idempotency) {
    if ((await store.get(keys.job(job.id))) !== undefined)
      throw new CronError('CRON_JOB_EXISTS', `a job ${job.id} is there already`)
    const row: JobRow = { job, openIds: [], firingCount: 0, ...(idempotency !== undefined && { idempotency }) }
    await store.write([
      put(keys.job(job.id), row),
      put(keys.agentJob(job.agentId, job.id), null),
      ...dueOfJob(job, 'put'),
      ...(idempotency === undefined ? [] : [put(keys.idempotency(job.agentId, idempotency.key), job.id)]),
    ])
    return { job, created: true }
  }

  async function deleteLocked(jobId: string): Promise<boolean> {
    const row = await store.get<JobRow>(keys.job(jobId))
    if (row === undefined) return false
    const { job, idempotency } = row
    const operations = [
      ...(idempotency === undefined ? [] : [remove(keys.idempotency(job.agentId, idempotency.key))]),
      remove(keys.job(jobId)),
      remove(keys.agentJob(job.agentId, jobId)),
      ...dueOfJob(job, 'delete'),
    ]
    for await (const entry of store.walk<null>(under('cron', 'history', jobId))) {
      const firing = await store.get<Firing>(keys.firing(parts(entry.key)[4] ?? ''))
      operations.push(remove(entry.key))
      if (firing !== undefined) operations.push(...firingOperations(firing, undefined))
    }
    await store.write(operations)
    return true
  }

  return {
    insert(job, idempotency) {
      if (idempotency === undefined) return locked(job.id, () => insertLocked(job))
      return store.exclusive(keys.idempotency(job.agentId, idempotency.key), async () => {
        const earlier = await findEarlier(job.agentId, idempotency)
        if (earlier !== undefined) return { job: earlier, created: false }
        return locked(job.id, () => insertLocked(job, idempotency))
      })
    },

    getByKey: findEarlier,

    async get(jobId) {
      const row = await store.get<JobRow>(keys.job(jobId))
      return row === undefined ? undefined : stateOf(row)
    },

    async list(agentId, page = {}) {
      const range = under('cron', 'agent-job', agentId)
      const found = await pageOf(
        store,
        page.cursor === undefined ? range : { ...range, gt: keys.agentJob(agentId, page.cursor) },
        page,
      )
      const rows = await Promise.all(found.items.map((text) => store.get<JobRow>(keys.job(parts(text)[3] ?? ''))))
      return {
        items: rows.filter((row) => row !== undefined).map(({ job }) => job),
        nextCursor: found.last === undefined ? undefined : parts(found.last)[3],
      }
    },

    change: (jobId, decide) =>
      locked(jobId, async () => {
        const row = await store.get<JobRow>(keys.job(jobId))
        if (row === undefined) return undefined
        const before = await stateOf(row)
        const change = decide(before)
        if (change === undefined) return before

        const previous = new Map(before.open.map((firing) => [firing.id, firing]))
        const added = change.firings.filter(({ id }) => !previous.has(id))
        const stored = await Promise.all(added.map(({ id }) => store.get<Firing>(keys.firing(id))))
        const firingCount = row.firingCount + stored.filter((firing) => firing === undefined).length
        const changed = new Map(change.firings.map((firing) => [firing.id, firing]))
        const after: JobState = {
          job: change.job,
          open: [...before.open.map((firing) => changed.get(firing.id) ?? firing), ...added].filter(isOpen),
        }
        const isMoved = before.job.nextAt !== change.job.nextAt
        const operations = isMoved ? [...dueOfJob(before.job, 'delete'), ...dueOfJob(change.job, 'put')] : []
        for (const firing of change.firings) operations.push(...firingOperations(previous.get(firing.id), firing))
        for (const firing of added) operations.push(put(keys.history(firing), null))
        const pruned = await tooOld(jobId, firingCount, change.firings)
        for (const firing of pruned)
          operations.push(remove(keys.history(firing)), ...firingOperations(firing, undefined))
        const openIds = after.open.map(({ id }) => id)
        const next: JobRow = { ...row, job: change.job, openIds, firingCount: firingCount - pruned.length }
        // The start of a firing changes nothing of its job, and is half of all writes.
        if (!isSameRow(row, next)) operations.push(put(keys.job(jobId), next))
        await store.write(operations)
        return after
      }),

    delete: (jobId) => locked(jobId, () => deleteLocked(jobId)),

    async deleteAgent(agentId) {
      let count = 0
      for await (const entry of store.walk<null>(under('cron', 'agent-job', agentId))) {
        const jobId = parts(entry.key)[3] ?? ''
        if (await locked(jobId, () => deleteLocked(jobId))) count++
      }
      return count
    },

    async due(until, limit, after) {
      const gt = after === undefined ? under('cron', 'due').gt : dueKeyOf(after)
      const entries = await store.list<null>({ gt, lt: key('cron', 'due', until + 1), limit })
      return entries.map((entry) => dueEntryOf(entry.key))
    },

    getFiring: (firingId) => store.get<Firing>(keys.firing(firingId)),

    async listFirings(jobId, page = {}) {
      const range = under('cron', 'history', jobId)
      const lt = page.cursor === undefined ? range.lt : key('cron', 'history', jobId, ...cursorParts(page.cursor))
      const found = await pageOf(store, { gt: range.gt, lt, reverse: true }, page)
      const firings = await Promise.all(found.items.map((text) => store.get<Firing>(keys.firing(parts(text)[4] ?? ''))))
      return {
        items: firings.filter((firing) => firing !== undefined),
        nextCursor: found.last === undefined ? undefined : parts(found.last).slice(3).join('~'),
      }
    },

    async *running() {
      for await (const entry of store.walk<null>(under('cron', 'running'))) {
        const firing = await store.get<Firing>(keys.firing(parts(entry.key)[2] ?? ''))
        if (firing !== undefined) yield firing
      }
    },
  }
}

function isSameRow(one: JobRow, other: JobRow): boolean {
  return (
    one.job === other.job &&
    one.firingCount === other.firingCount &&
    one.openIds.length === other.openIds.length &&
    one.openIds.every((id, index) => id === other.openIds[index])
  )
}

function dueOfJob(job: CronJob, type: 'put' | 'delete'): Operation[] {
  if (job.nextAt === undefined) return []
  const due = keys.due(job.nextAt, job.id)
  return [type === 'put' ? put(due, null) : remove(due)]
}

/** What to write for a firing that was `before` and is to be `after`; its place in the history apart. */
function firingOperations(before: Firing | undefined, after: Firing | undefined): Operation[] {
  const operations: Operation[] = []
  if (before?.startAt !== undefined) operations.push(remove(keys.due(before.startAt, before.jobId, before.id)))
  if (before?.status === 'running' && after?.status !== 'running') operations.push(remove(keys.running(before.id)))
  if (after?.startAt !== undefined) operations.push(put(keys.due(after.startAt, after.jobId, after.id), null))
  if (after?.status === 'running') operations.push(put(keys.running(after.id), null))
  if (after !== undefined) operations.push(put(keys.firing(after.id), after))
  else if (before !== undefined) operations.push(remove(keys.firing(before.id)))
  return operations
}

function dueKeyOf(entry: DueEntry): string {
  return keys.due(entry.at, entry.jobId, entry.type === 'firing' ? entry.firingId : '')
}

function dueEntryOf(text: string): DueEntry {
  const [, , at = '', jobId = '', firingId = ''] = parts(text)
  if (firingId === '') return { type: 'job', at: numberPart(at), jobId }
  return { type: 'firing', at: numberPart(at), jobId, firingId }
}

interface KeyPage {
  readonly items: readonly string[]
  /** Set when there is more. */
  readonly last: string | undefined
}

async function pageOf(store: EmbeddedStore, range: KeyRange, page: PageOptions): Promise<KeyPage> {
  const limit = page.limit ?? DEFAULT_PAGE
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new CronError('CRON_INVALID_INPUT', `limit must be a whole number from 1 to ${MAX_PAGE}, not ${limit}`, {
      field: 'limit',
    })
  }
  const entries = await store.list<null>({ ...range, limit: limit + 1 })
  const items = entries.slice(0, limit).map((entry) => entry.key)
  return { items, last: entries.length > limit ? items.at(-1) : undefined }
}

function cursorParts(cursor: string): [dueAt: string, firingId: string] {
  const match = /^([0-9a-f]{14})~([^\0]+)$/.exec(cursor)
  if (match === null)
    throw new CronError('CRON_INVALID_INPUT', 'cursor must be one that a page said', { field: 'cursor' })
  return [match[1] ?? '', match[2] ?? '']
}

function put(text: string, value: unknown): Operation {
  return { type: 'put', key: text, value }
}

function remove(text: string): Operation {
  return { type: 'delete', key: text }
}
