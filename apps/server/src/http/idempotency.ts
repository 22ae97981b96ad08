import { createHash } from 'node:crypto'
import { type EmbeddedStore, key, type Operation, parts, under } from '@agentic/embedded-store'
import type { MiddlewareHandler } from 'hono'
import type { Caller, ServerEnv } from './caller.ts'
import { invalidInput, ProblemError } from './problem.ts'

/** How long an answer is kept for a request that comes again. */
const KEEP_MS = 86_400_000

/** Most old answers dropped while a new one is kept. */
const DROP_BATCH = 64

/** Tells of the header, for the description of the routes that take it. */
export const IDEMPOTENCY_HEADER = {
  'Idempotency-Key':
    'Makes the request safe to repeat: 1 to 255 visible ASCII characters, new for each new request. For 24 hours the same key gets the first answer again',
} as const

interface KeptAnswer {
  readonly fingerprint: string
  readonly status: number
  readonly body: string
  readonly location?: string | undefined
  readonly at: number
  /** Whose things it tells of; when one of them goes, it goes. */
  readonly agentIds: readonly string[]
}

/** Where answers are kept: by request, and for dropping them by time and by agent. */
const keys = {
  answer: (request: string): string => key('idempotency', request),
  time: (at: number, request: string): string => key('idempotency-at', at, request),
  agent: (agentId: string, request: string): string => key('idempotency-of', agentId, request),
}

/** The valid `Idempotency-Key` of a request, if it has one. */
export function idempotencyKeyOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw invalidInput([{ field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }])
  }
  return header
}

/**
 * Answers a request whose `Idempotency-Key` was used before with the first answer, for 24 hours. The same key with
 * another body is refused; two at the same time wait for each other. Failures of the server are not kept.
 */
export function idempotent(
  store: EmbeddedStore,
  { clock = Date.now, keep = (body) => body, agentsOf }: IdempotencyOptions = {},
): MiddlewareHandler<ServerEnv> {
  return async (context, next) => {
    const given = idempotencyKeyOf(context.req.header('idempotency-key'))
    if (given === undefined) return next()
    // Keys of one caller mean nothing to another, who may not see what is kept under them.
    const request = hash([context.req.method, context.req.path, given, callerName(context.get('caller'))])
    const fingerprint = hash([await context.req.text()])
    const row = keys.answer(request)
    return store.exclusive(row, async () => {
      const kept = await store.get<KeptAnswer>(row)
      if (kept !== undefined && kept.at + KEEP_MS > clock()) {
        if (kept.fingerprint !== fingerprint) {
          throw new ProblemError(
            'idempotency-key-reused',
            'this Idempotency-Key was used with another body: take a new key for a new request',
          )
        }
        return context.body(kept.body, kept.status as never, {
          'content-type': 'application/json',
          'idempotency-replayed': 'true',
          ...(kept.location === undefined ? {} : { location: kept.location }),
        })
      }
      await next()
      if (context.res.ok) {
        const body = keep(await context.res.clone().text())
        const answer: KeptAnswer = {
          fingerprint,
          status: context.res.status,
          body,
          location: context.res.headers.get('location') ?? undefined,
          at: clock(),
          agentIds: agentsOf === undefined ? [context.req.param('id') ?? []].flat() : agentsOf(JSON.parse(body)),
        }
        await store.write([...(await dropOld(store, clock())), ...putAnswer(request, answer)])
      }
      return undefined
    })
  }
}

/** Keeps all of an answer but fields that are told once. */
export function without(...fields: readonly string[]): (body: string) => string {
  return (body) => {
    const kept = Object.entries(JSON.parse(body) as object).filter(([name]) => !fields.includes(name))
    return JSON.stringify(Object.fromEntries(kept))
  }
}

export interface IdempotencyOptions {
  readonly clock?: (() => number) | undefined
  /**
   * What is kept of an answer's body, for one that holds what must not lie on a disk.
   * @default all of it
   */
  readonly keep?: ((body: string) => string) | undefined
  /**
   * The agents whose things an answer tells of.
   * @default the one that the path names as `id`
   */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly agentsOf?: ((body: any) => readonly string[]) | undefined
}

function putAnswer(request: string, answer: KeptAnswer): Operation[] {
  const { at, agentIds } = answer
  return [
    { type: 'put', key: keys.answer(request), value: answer },
    { type: 'put', key: keys.time(at, request), value: 0 },
    ...agentIds.map((agentId) => ({ type: 'put', key: keys.agent(agentId, request), value: 0 }) as const),
  ]
}

function dropAnswer(request: string, { at, agentIds }: KeptAnswer): Operation[] {
  const rows = [keys.answer(request), keys.time(at, request), ...agentIds.map((id) => keys.agent(id, request))]
  return rows.map((row) => ({ type: 'delete', key: row }))
}

/** Forgets what was answered about a deleted agent's things, so that a new one of its id is not told of them. */
export async function forgetAnswers(store: EmbeddedStore, agentId: string): Promise<void> {
  const rows = await store.keys(under('idempotency-of', agentId))
  const drops = rows.map(async (row): Promise<Operation[]> => {
    const request = parts(row).at(-1) ?? ''
    const kept = await store.get<KeptAnswer>(keys.answer(request))
    return [{ type: 'delete', key: row }, ...(kept === undefined ? [] : dropAnswer(request, kept))]
  })
  await store.write((await Promise.all(drops)).flat())
}

/** Drops a few answers that are past their time, so that they never pile up. An answer kept anew later stays. */
async function dropOld(store: EmbeddedStore, now: number): Promise<Operation[]> {
  const old = await store.keys({
    ...under('idempotency-at'),
    lt: key('idempotency-at', Math.max(0, now - KEEP_MS)),
    limit: DROP_BATCH,
  })
  const drops = await Promise.all(
    old.map(async (text): Promise<Operation[]> => {
      const request = parts(text).at(-1) ?? ''
      const kept = await store.get<KeptAnswer>(keys.answer(request))
      const isOld = kept !== undefined && kept.at + KEEP_MS <= now
      return [{ type: 'delete', key: text }, ...(isOld ? dropAnswer(request, kept) : [])]
    }),
  )
  return drops.flat()
}

function callerName(caller: Caller): string {
  return caller.type === 'admin' ? '' : caller.agentId
}

function hash(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url')
}
