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

/** Owns the answers that are about no agent's things. It is no agent's id. */
const NOBODY = '-'

interface KeptAnswer {
  readonly fingerprint: string
  readonly status: number
  readonly body: string
  readonly location?: string | undefined
  readonly at: number
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
  { clock = Date.now, keep = (body) => body }: IdempotencyOptions = {},
): MiddlewareHandler<ServerEnv> {
  return async (context, next) => {
    const given = idempotencyKeyOf(context.req.header('idempotency-key'))
    if (given === undefined) return next()
    const owner = (context.req.path.startsWith('/api/agents/') && context.req.param('id')) || NOBODY
    // Keys of one caller mean nothing to another, who may not see what is kept under them.
    const request = hash([context.req.method, context.req.path, given, callerName(context.get('caller'))])
    const fingerprint = hash([await context.req.text()])
    const row = key('idempotency', owner, request)
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
        const answer: KeptAnswer = {
          fingerprint,
          status: context.res.status,
          body: keep(await context.res.clone().text()),
          location: context.res.headers.get('location') ?? undefined,
          at: clock(),
        }
        await store.write([
          ...(await dropOld(store, clock())),
          { type: 'put', key: row, value: answer },
          { type: 'put', key: key('idempotency-at', answer.at, owner, request), value: 0 },
        ])
      }
      return undefined
    })
  }
}

export interface IdempotencyOptions {
  readonly clock?: (() => number) | undefined
  /**
   * What is kept of an answer's body, for one that holds what must not lie on a disk.
   * @default all of it
   */
  readonly keep?: ((body: string) => string) | undefined
}

/** Forgets what was answered about a deleted agent's things, so that a new one of its id is not told of them. */
export async function forgetAnswers(store: EmbeddedStore, agentId: string): Promise<void> {
  const rows = await store.keys(under('idempotency', agentId))
  await store.write(rows.map((row) => ({ type: 'delete', key: row })))
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
      const [, , owner = '', request = ''] = parts(text)
      const row = key('idempotency', owner, request)
      const kept = await store.get<KeptAnswer>(row)
      const isOld = kept !== undefined && kept.at + KEEP_MS <= now
      return isOld
        ? [
            { type: 'delete', key: text },
            { type: 'delete', key: row },
          ]
        : [{ type: 'delete', key: text }]
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
