import type { EmbeddedStore } from '@agentic/embedded-store'
import { checkActor } from './actor.ts'
import { allScopes } from './all-scopes.ts'
import type { AuditFact } from './audit/ledger.ts'
import { SecretsError } from './errors.ts'
import { byScope, planImport } from './import-plan.ts'
import type { SecretRecord } from './record.ts'
import type { ScopePlan, Scopes } from './scopes.ts'
import { checkScope, type SecretScope } from './secret-scope.ts'
import type {
  ExportedSecret,
  ExportOptions,
  ImportOptions,
  ImportReport,
  SecretsExport,
  UnreadableSecret,
} from './secret-store.ts'
import type { EntryToImport } from './transfer.ts'

/** So many scopes are looked at together. */
const AT_A_TIME = 16

/** Reads what an export holds. Nobody changes the store meanwhile. */
export async function readSecrets(
  store: EmbeddedStore,
  scopes: Scopes,
  { scope: only }: ExportOptions,
): Promise<SecretsExport> {
  const entries: ExportedSecret[] = []
  const unreadable: UnreadableSecret[] = []
  for await (const scope of only === undefined ? allScopes(store) : [checkScope(only)]) {
    for (const { name, record } of await scopes.readAll(scope, await scopes.load(scope))) {
      if (record === undefined) unreadable.push({ scope, name })
      else entries.push(exported(scope, name, record))
    }
  }
  return { version: 1, entries, ...(unreadable.length === 0 ? {} : { unreadable }) }
}

/** Writes entries in one batch. Nobody changes the store meanwhile. */
export async function importEntries(
  scopes: Scopes,
  entries: readonly EntryToImport[],
  options: ImportOptions,
  now: string,
): Promise<ImportReport> {
  const actor = checkActor(options.actor)
  await refuseUnknownAgents(entries, options)
  const report = { created: 0, replaced: 0, skipped: [] as UnreadableSecret[] }
  const plans: ScopePlan[] = []
  for await (const { group, state, rows } of loaded(scopes, byScope(entries))) {
    const { scope } = group[0]!
    const done = planImport(scope, state, rows, group, options.overwrite === true, now)
    report.created += done.created
    report.replaced += done.replaced
    report.skipped.push(...done.skipped)
    if (done.changes.length > 0) plans.push(scopes.plan(scope, state, done.changes))
  }
  const facts = plans.map(({ scope, next }): AuditFact => {
    return { action: 'import', actor, scope, scopeVersion: next.head.version }
  })
  await scopes.commit(plans, facts)
  return report
}

type Group = readonly EntryToImport[]

/** Finds out what is there already, of several scopes at a time. */
async function* loaded(scopes: Scopes, groups: readonly Group[]) {
  for (let from = 0; from < groups.length; from += AT_A_TIME) {
    const some = groups.slice(from, from + AT_A_TIME)
    yield* await Promise.all(some.map(async (group) => ({ group, ...(await scopes.loadAll(group[0]!.scope)) })))
  }
}

async function refuseUnknownAgents(entries: readonly EntryToImport[], options: ImportOptions): Promise<void> {
  const { isKnownAgent } = options
  if (isKnownAgent === undefined) return
  const known = new Map<string, boolean>()
  for (const { scope, index } of entries) {
    if (scope.type !== 'agent') continue
    const isKnown = known.get(scope.agentId) ?? (await isKnownAgent(scope.agentId))
    known.set(scope.agentId, isKnown)
    if (isKnown) continue
    throw new SecretsError(
      'SECRETS_INVALID',
      `entries[${index}].scope: there is no such agent: make it first; nothing was imported`,
      `entries[${index}].scope`,
    )
  }
}

function exported(scope: SecretScope, name: string, record: SecretRecord): ExportedSecret {
  const { value, category, createdAt, updatedAt, expiresAt, unsafeNameAllowed } = record
  return {
    scope,
    name,
    value,
    category,
    createdAt,
    updatedAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(unsafeNameAllowed === undefined ? {} : { allowUnsafeName: true }),
  }
}
