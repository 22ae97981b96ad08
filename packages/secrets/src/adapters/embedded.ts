import type { EmbeddedStore, KeyRange } from '@agentic/embedded-store'
import { makeAgentEnv } from '../agent-env.ts'
import { autoCategory } from '../auto-category.ts'
import { decideEnv, type EnvDecision, envSize, MAX_ENV_BYTES } from '../decide-env.ts'
import { SecretsError } from '../errors.ts'
import { adoptAgentStore, joinReports, moveBareRows } from '../migration.ts'
import { infoOf, RECORD_FORMAT, type SecretRecord } from '../record.ts'
import { allAgentsRange, keptRange, lockOf, scopeRange, secretKey } from '../row-keys.ts'
import { findRow, type FoundRow, readRows } from '../rows.ts'
import { checkName, checkNameFor } from '../secret-name.ts'
import {
  agentScope,
  checkAgentId,
  checkScope,
  INSTANCE_SHARED,
  type SecretCategory,
  type SecretScope,
} from '../secret-scope.ts'
import type { EffectiveSecret, MigrationReport, PutOptions, SecretPage, SecretStore } from '../secret-store.ts'
import { checkValue } from '../secret-value.ts'
import { checkFormat, writeFormat } from '../store-format.ts'

export interface SecretStoreOptions {
  /** @default () => new Date() */
  readonly clock?: (() => Date) | undefined
  /**
   * Stores of the time when each agent had its own. What they hold is moved to that agent's scope, and nowhere else.
   * @default none
   */
  readonly legacyAgentStores?: readonly { readonly agentId: string; readonly store: EmbeddedStore }[] | undefined
}

const LIST_LIMIT = 100
const LONGEST_LIST = 1000
const COUNT_PAGE = 1000

/**
 * Keeps secrets in an embedded store, `createMemoryStore()` or one on disk, which must be for secrets alone: bare keys
 * in it are taken for secrets of the legacy layout and moved to the shared scope. Closing the store is the caller's.
 */
export async function createSecretStore(store: EmbeddedStore, options: SecretStoreOptions = {}): Promise<SecretStore> {
  const clock = options.clock ?? (() => new Date())
  const now = (): string => clock().toISOString()
  const migration = await migrate(store, options.legacyAgentStores ?? [], now())
  const { whileOpen, close } = createDoor()

  /** Runs alone among all that changes a scope, or needs it unchanged from its first look to its last. */
  function alone<Result>(scope: SecretScope, work: (scope: SecretScope) => Promise<Result>): Promise<Result> {
    return whileOpen(async () => {
      const checked = checkScope(scope)
      return store.exclusive(lockOf(checked), () => work(checked))
    })
  }

  async function find(scope: SecretScope, name: string): Promise<FoundRow | undefined> {
    checkName(name)
    return findRow(store, secretKey(checkScope(scope), name))
  }

  function decisionsFor(agentId: string): Promise<EnvDecision[]> {
    return alone(agentScope(agentId), async (scope) => {
      const own = await readRows(store, scopeRange(scope))
      return decideEnv(agentId, own, await readRows(store, scopeRange(INSTANCE_SHARED)))
    })
  }

  return {
    migration,

    put: (scope, name, value, putOptions = {}) =>
      alone(scope, async (checked) => {
        checkName(name)
        checkValue(value)
        const there = await findRow(store, secretKey(checked, name))
        const category = categoryFor(checked, name, putOptions, there)
        checkNameFor(category, name, putOptions.allowUnsafeName === true)
        if (category === 'tool') await checkRoom(store, checked, name, value)
        const time = now()
        const record: SecretRecord = {
          format: RECORD_FORMAT,
          version: (there?.record?.version ?? 0) + 1,
          category,
          createdAt: there?.record?.createdAt ?? time,
          updatedAt: time,
          ...(putOptions.allowUnsafeName === true ? { unsafeNameAllowed: true } : {}),
          value,
        }
        await store.write([{ type: 'put', key: secretKey(checked, name), value: record }])
        return { secret: infoOf(checked, name, record), created: there === undefined }
      }),

    info: (scope, name) =>
      whileOpen(async () => {
        const record = readable(await find(scope, name))
        return record === undefined ? undefined : infoOf(checkScope(scope), name, record)
      }),

    list: (scope, page = {}) => whileOpen(() => listPage(store, checkScope(scope), page)),

    delete: (scope, name) =>
      alone(scope, async (checked) => {
        if ((await find(checked, name)) === undefined) return false
        await store.write([{ type: 'delete', key: secretKey(checked, name) }])
        return true
      }),

    deleteAgent: (agentId) =>
      alone(agentScope(agentId), async (scope) => {
        const ranges = [scopeRange(scope), keptRange(scope)] as const
        const [secrets, kept] = await Promise.all(ranges.map((range) => store.keys(range)))
        const keys = [...(secrets ?? []), ...(kept ?? [])]
        if (keys.length === 0) return 0
        // LevelDB can keep a value that is written out together with its deletion: so the value is written out first.
        for (const range of ranges) await store.compact(range)
        await store.write(keys.map((key) => ({ type: 'delete', key })))
        for (const range of ranges) await store.compact(range)
        return secrets?.length ?? 0
      }),

    reveal: (scope, name) => whileOpen(async () => readable(await find(scope, name))?.value),

    resolve: (agentId, name, { allowSystem = false } = {}) =>
      alone(agentScope(agentId), async (scope) => {
        const record = readable((await find(scope, name)) ?? (await find(INSTANCE_SHARED, name)))
        if (record?.category === 'system' && !allowSystem) throw notATool()
        return record?.value
      }),

    effective: async (agentId) => (await decisionsFor(agentId)).map(effectiveOf),

    envFor: async (agentId) => makeAgentEnv(await decisionsFor(agentId)),

    status: () =>
      whileOpen(async () => {
        const shared = await countKeys(store, scopeRange(INSTANCE_SHARED))
        return { state: 'unencrypted', counts: { shared, agent: await countKeys(store, allAgentsRange()) } }
      }),

    close,
    [Symbol.asyncDispose]: close,
  }
}

async function migrate(
  store: EmbeddedStore,
  legacyAgentStores: readonly { readonly agentId: string; readonly store: EmbeddedStore }[],
  now: string,
): Promise<MigrationReport> {
  // All is checked before anything is touched.
  await checkFormat(store)
  for (const legacy of legacyAgentStores) {
    checkAgentId(legacy.agentId)
    await checkFormat(legacy.store)
  }
  const reports = [await moveBareRows(store, now)]
  for (const legacy of legacyAgentStores) reports.push(await adoptAgentStore(store, legacy, now))
  await writeFormat(store)
  return joinReports(reports)
}

/** Lets work in while it is open; closing waits for what is inside. */
function createDoor() {
  const inside = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined
  return {
    async whileOpen<Result>(work: () => Promise<Result>): Promise<Result> {
      if (closing !== undefined) {
        throw new SecretsError('SECRETS_CLOSED', 'the secret store is closed: open it again to use it')
      }
      const result = work()
      inside.add(result)
      try {
        return await result
      } finally {
        inside.delete(result)
      }
    },
    close(): Promise<void> {
      closing ??= Promise.allSettled(inside).then(() => undefined)
      return closing
    },
  }
}

function categoryFor(
  scope: SecretScope,
  name: string,
  { category: wanted }: PutOptions,
  there: FoundRow | undefined,
): SecretCategory {
  if (wanted !== undefined && wanted !== 'system' && wanted !== 'tool') {
    throw new SecretsError('SECRETS_INVALID', 'category must be "system" or "tool"', 'category')
  }
  const category = wanted ?? there?.record?.category ?? autoCategory(scope, name)
  if (category === 'system' && scope.type === 'agent') {
    const why = wanted === undefined ? 'a secret of this name is "system" unless said otherwise; ' : ''
    throw new SecretsError(
      'SECRETS_SYSTEM_IS_SHARED',
      `category: ${why}"system" secrets are instance-shared: put it there, or say "tool" to give it to the agent's workers`,
      'category',
    )
  }
  return category
}

/** Keeps a scope from outgrowing an environment. What both scopes are together is seen only when one is made. */
async function checkRoom(store: EmbeddedStore, scope: SecretScope, name: string, value: string): Promise<void> {
  const rows = await readRows(store, scopeRange(scope))
  const others = rows.reduce((total, row) => {
    const counts = row.name !== name && row.record?.category === 'tool'
    return counts ? total + envSize(row.name, row.record?.value ?? '') : total
  }, 0)
  if (others + envSize(name, value) <= MAX_ENV_BYTES) return
  throw new SecretsError(
    'SECRETS_TOO_LARGE',
    `value: with it the tool secrets of this scope would be larger than ${MAX_ENV_BYTES} bytes, which is all that an environment holds: delete some first`,
    'value',
  )
}

async function listPage(
  store: EmbeddedStore,
  scope: SecretScope,
  { limit = LIST_LIMIT, after }: { readonly limit?: number | undefined; readonly after?: string | undefined },
): Promise<SecretPage> {
  if (!Number.isInteger(limit) || limit < 1 || limit > LONGEST_LIST) {
    throw new SecretsError('SECRETS_INVALID', `limit must be a whole number from 1 to ${LONGEST_LIST}`, 'limit')
  }
  if (after !== undefined) checkName(after)
  const range = scopeRange(scope)
  const from = after === undefined ? range.gt : secretKey(scope, after)
  const rows = await readRows(store, { ...range, gt: from, limit: limit + 1 }, range.gt)
  const shown = rows.slice(0, limit)
  return {
    secrets: shown.flatMap(({ name, record }) => (record === undefined ? [] : [infoOf(scope, name, record)])),
    unreadable: shown.filter(({ record }) => record === undefined).map(({ name }) => name),
    ...(rows.length > limit ? { next: shown.at(-1)!.name } : {}),
  }
}

function effectiveOf({ scope, name, record, why }: EnvDecision): EffectiveSecret {
  return {
    scope,
    name,
    available: why === undefined,
    ...(why === undefined ? {} : { why }),
    ...(record === undefined ? {} : { info: infoOf(scope, name, record) }),
  }
}

/** The record of a row that is there; what is there and cannot be read is never taken for absent. */
function readable(found: FoundRow | undefined): SecretRecord | undefined {
  if (found === undefined || found.record !== undefined) return found?.record
  throw new SecretsError(
    'SECRETS_UNREADABLE',
    'the secret is there and cannot be read: put it again to replace it, or restore the store from a backup',
  )
}

function notATool(): SecretsError {
  return new SecretsError(
    'SECRETS_NOT_A_TOOL',
    'the secret is "system", which workers never get: put it with category "tool", or resolve it for the host with allowSystem',
  )
}

async function countKeys(store: EmbeddedStore, range: KeyRange): Promise<number> {
  let count = 0
  let rest = range
  for (;;) {
    const keys = await store.keys({ ...rest, limit: COUNT_PAGE })
    count += keys.length
    const last = keys.at(-1)
    if (last === undefined || keys.length < COUNT_PAGE) return count
    rest = { ...rest, gt: last }
  }
}
