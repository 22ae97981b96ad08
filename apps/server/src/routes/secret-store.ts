import { keyFromPassphrase, type SecretScope, SecretsError } from '@agentic/secrets'
import type { Context, Hono } from 'hono'
import * as v from 'valibot'
import { actorOf, type ServerEnv } from '../http/caller.ts'
import { afterAnswer } from '../http/after-answer.ts'
import { endpoint } from '../http/endpoint.ts'
import { found } from '../http/found.ts'
import { pageOf, pageQuery, readCursor, writeCursor, wrongCursor } from '../http/page.ts'
import { invalidInput } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import {
  auditEntryView,
  exportBody,
  exportView,
  importBody,
  importView,
  lockedView,
  newKeyBody,
  newKeyView,
  readSecretScope,
  repairBody,
  reportView,
  statusView,
  unlockBody,
  unlockedView,
  verifyView,
  viewReport,
} from '../schemas/secret-store.ts'
import type { NewMasterKey } from '../system/secret-keys.ts'

const tag = 'Secret store'

/** An export of a hundred thousand secrets fits. */
const IMPORT_MAX_BYTES = 67_108_864

/** What is told in these answers is for nobody's cache. */
const NO_STORE = { 'cache-control': 'no-store' } as const

/** The life of the whole store: for admins. */
export function secretStoreRoutes(app: Hono<ServerEnv>, ports: AppPorts): void {
  keyRoutes(app, ports)
  transferRoutes(app, ports)
  careRoutes(app, ports)
}

function keyRoutes(app: Hono<ServerEnv>, { secrets, secretKeys, log }: AppPorts): void {
  /** The key is kept until its answer has left; one that nobody received is told of, and is kept on. */
  const tell = (context: Context<ServerEnv>, { masterKey, report, told }: NewMasterKey) => {
    afterAnswer(context, (isSent) => {
      if (isSent) told().catch((error: unknown) => log.error({ err: error }, 'the pending master key is still on disk'))
      else log.warn('the caller was gone before it was told the master key: POST /api/secrets/rotate makes another')
    })
    return { status: 200, body: { masterKey, report: viewReport(report) }, headers: NO_STORE } as const
  }

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/secrets/status',
      tag,
      summary: 'Whether the secrets are encrypted and can be used, and how many there are',
      answers: { 200: { description: 'The state', schema: statusView } },
    },
    async () => ({ status: 200, body: await secrets.status() }),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/encrypt',
      tag,
      summary: 'Encrypt the store; what was in clear leaves the disk. Repeated after it was cut short, it goes on',
      body: newKeyBody,
      isBodyOptional: true,
      answers: { 200: { description: 'It is encrypted, and unlocked', schema: newKeyView } },
      problems: ['wrong-status', 'wrong-key'],
    },
    async ({ body, caller, context }) =>
      tell(context, await withKey(() => secretKeys.encrypt(body.masterKey, actorOf(caller)))),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/rotate',
      tag,
      summary: 'Put another master key in place; the one in use opens nothing from then on',
      body: newKeyBody,
      isBodyOptional: true,
      answers: { 200: { description: 'The other key is in force', schema: newKeyView } },
      problems: ['wrong-status', 'locked'],
    },
    async ({ body, caller, context }) =>
      tell(context, await withKey(() => secretKeys.rotate(body.masterKey, actorOf(caller)))),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/unlock',
      tag,
      summary: 'Unlock the store, and finish what was interrupted; the work that waited for it begins',
      body: unlockBody,
      answers: { 200: { description: 'It is unlocked', schema: unlockedView } },
      problems: ['wrong-status', 'wrong-key'],
    },
    async ({ body, caller }) => {
      const report = await withKey(() => secretKeys.unlock(body.masterKey, actorOf(caller)))
      return { status: 200, body: { state: 'unlocked', report: viewReport(report) } }
    },
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/lock',
      tag,
      summary: 'Forget the key: no work is begun until it is unlocked; runs that are going on keep what they have',
      answers: { 200: { description: 'It is locked', schema: lockedView } },
      problems: ['wrong-status'],
    },
    async () => {
      await secretKeys.lock()
      return { status: 200, body: { state: 'locked' } }
    },
  )
}

function transferRoutes(app: Hono<ServerEnv>, { secrets, agents }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/export',
      tag,
      summary:
        'Give all secrets with their values, or those of one scope; with a passphrase, sealed. The audit trail tells',
      body: exportBody,
      isBodyOptional: true,
      answers: { 200: { description: 'What import takes', schema: exportView } },
      problems: ['locked'],
    },
    async ({ body, caller }) => {
      const scope: SecretScope | undefined = body.scope === undefined ? undefined : readSecretScope(body.scope)
      const options = { scope, actor: actorOf(caller) }
      const file =
        body.passphrase === undefined
          ? await secrets.export(options)
          : await secrets.export({ ...options, key: keyFromPassphrase(body.passphrase) })
      return { status: 200, body: file, headers: NO_STORE }
    },
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/import',
      tag,
      summary: 'Put what an export holds, all of it or nothing; times and categories are kept',
      body: importBody,
      bodyMaxBytes: IMPORT_MAX_BYTES,
      answers: { 200: { description: 'What was done', schema: importView } },
      problems: ['locked', 'unreadable', 'wrong-key'],
    },
    async ({ body: { overwrite, passphrase, ...file }, caller }) => {
      const key = passphrase === undefined || passphrase === '' ? undefined : keyFromPassphrase(passphrase)
      const isKnownAgent = async (agentId: string) => (await agents.get(agentId)) !== undefined
      return { status: 200, body: await secrets.import(file, { overwrite, key, isKnownAgent, actor: actorOf(caller) }) }
    },
  )
}

function careRoutes(app: Hono<ServerEnv>, { secrets, agents }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/verify',
      tag,
      summary: 'Read everything that is stored and tell what is not as it was written; takes time in proportion to it',
      answers: { 200: { description: 'What was found', schema: verifyView } },
      problems: ['locked'],
    },
    async () => ({ status: 200, body: await secrets.verify() }),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/rotate-scopes',
      tag,
      summary:
        'Give every scope another data key and seal its secrets anew, one scope after another; cut short, the next call goes on',
      answers: { 200: { description: 'What was done', schema: reportView } },
      problems: ['locked', 'wrong-status'],
    },
    async ({ caller }) => ({
      status: 200,
      body: viewReport(await secrets.rotateScopes({ actor: actorOf(caller) })),
    }),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/secrets/repair',
      tag,
      summary: 'Take a scope out of quarantine: rows that open are believed, the names of the others stay taken',
      body: repairBody,
      answers: { 200: { description: 'What was done', schema: reportView } },
      problems: ['not-found', 'locked', 'wrong-status'],
    },
    async ({ body, caller }) => {
      const scope = readSecretScope(body.scope)
      if (scope.type === 'agent') found(await agents.get(scope.agentId), `agent ${scope.agentId}`)
      return { status: 200, body: viewReport(await secrets.repair(scope, { actor: actorOf(caller) })) }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/secrets/audit',
      tag,
      summary: 'List who did what to which secret, newest first',
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of the audit trail', schema: pageOf(auditEntryView) } },
    },
    async ({ query }) => {
      const before = readPlace(readCursor(query.cursor))
      const { entries, next } = await secrets.audit({ limit: query.limit, before })
      return { status: 200, body: { items: entries, nextCursor: writeCursor(next?.toString()) } }
    },
  )
}

/** Says of a key that cannot be one which field it was in. */
async function withKey<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SecretsError && error.field === 'source')) throw error
    if (error.code === 'SECRETS_KEY_SOURCE') {
      throw invalidInput([{ field: 'masterKey', message: 'must be 32 bytes in base64url, base64 or hex' }])
    }
    if (error.code === 'SECRETS_INVALID') {
      throw invalidInput([{ field: 'masterKey', message: 'is the key that is in use: give another, or none' }])
    }
    throw error
  }
}

function readPlace(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,14}$/.test(text)) throw wrongCursor()
  return Number(text)
}
