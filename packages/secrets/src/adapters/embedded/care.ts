import { checkActor } from '../../actor.ts'
import { readAuditPage } from '../../audit/audit-page.ts'
import { openCarriedStores } from '../../carry.ts'
import { countKeys } from '../../count-keys.ts'
import type { KeySource } from '../../key-source.ts'
import { emptyReport } from '../../life-cycle-report.ts'
import { mustBeUnlocked } from '../../life-cycle.ts'
import type { RootKey } from '../../root-key.ts'
import { isRotatingScopes, rotateAllScopes } from '../../rotate-scopes.ts'
import { allAgentsRange, scopeRange } from '../../row-keys.ts'
import { giveNewDataKey, repairScope, rotateOneScope } from '../../scope-care.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from '../../secret-scope.ts'
import type { ActorOption, EncryptedExport, ExportOptions, SecretsExport, SecretStore } from '../../secret-store.ts'
import { importEntries, readSecrets } from '../../transfer-store.ts'
import { openExport, readExport, sealExport } from '../../transfer.ts'
import { verifyStore } from '../../verify.ts'
import type { Entrance, StoreParts } from './entrance.ts'

type Care = Pick<
  SecretStore,
  | 'status'
  | 'enable'
  | 'unlock'
  | 'lock'
  | 'rotate'
  | 'openLegacy'
  | 'rotateScope'
  | 'rotateScopes'
  | 'repair'
  | 'verify'
  | 'export'
  | 'import'
  | 'audit'
>

const INTERRUPTED: Readonly<Record<string, 'enable' | 'rotate' | undefined>> = {
  enabling: 'enable',
  rotating: 'rotate',
}

/** Looks after the store as a whole. */
export function createCare(
  { store, keyring, scopes, ledger, gate, life, now }: StoreParts,
  { withScope, assertUnlocked }: Entrance,
): Care {
  const { storeId } = keyring.header

  function rootAtHand(): RootKey {
    if (keyring.root === undefined) throw mustBeUnlocked(life.state())
    return keyring.root
  }

  function exportAll(exportOptions?: ExportOptions): Promise<SecretsExport>
  function exportAll(exportOptions: ExportOptions & { readonly key: KeySource }): Promise<EncryptedExport>
  async function exportAll(
    exportOptions: ExportOptions & { readonly key?: KeySource } = {},
  ): Promise<SecretsExport | EncryptedExport> {
    const content = await gate.alone(async () => {
      assertUnlocked()
      const read = await readSecrets(store, scopes, exportOptions)
      await ledger.commit(
        [],
        [{ action: 'export', actor: checkActor(exportOptions.actor), scope: exportOptions.scope }],
      )
      return read
    })
    return exportOptions.key === undefined ? content : sealExport(content, exportOptions.key)
  }

  return {
    status: () =>
      gate.enter(async () => {
        const shared = await countKeys(store, scopeRange(INSTANCE_SHARED))
        const counts = { shared, agent: await countKeys(store, allAgentsRange()) }
        const unfinished = (await isRotatingScopes(store)) ? 'rotate-scopes' : undefined
        const interrupted = INTERRUPTED[keyring.header.state] ?? unfinished
        return { state: life.state(), counts, ...(interrupted === undefined ? {} : { interrupted }) }
      }),

    enable: async (source, lifeOptions) => life.enable(source, withActor(lifeOptions)),
    unlock: async (source, lifeOptions) => life.unlock(source, withActor(lifeOptions)),
    lock: async () => life.lock(),
    rotate: async (source, lifeOptions) => life.rotate(source, withActor(lifeOptions)),

    openLegacy: (agentId, source, legacyOptions) =>
      withScope(agentScope(agentId), async () =>
        openCarriedStores({ store, scopes, now }, agentId, source, withActor(legacyOptions)),
      ),

    rotateScope: (scope, careOptions) =>
      withScope(scope, async (checked) =>
        rotateOneScope({ store, storeId, scopes }, rootAtHand(), checked, withActor(careOptions)),
      ),

    rotateScopes: async (rotateOptions = {}) => {
      const actor = withActor(rotateOptions)
      const rotate = (each: SecretScope) =>
        withScope(each, async (scope, state) =>
          state.type === 'quarantined'
            ? { ...emptyReport(), quarantined: [{ scope, why: state.why }] }
            : giveNewDataKey({ store, storeId, scopes }, rootAtHand(), scope, actor, []),
        )
      return rotateAllScopes({ store, storeId, enter: gate.enter, root: rootAtHand, rotate }, rotateOptions)
    },

    repair: (scope, careOptions) =>
      withScope(scope, async (checked) =>
        repairScope({ store, storeId, scopes }, keyring.root, checked, withActor(careOptions)),
      ),

    verify: () =>
      gate.alone(async () => {
        assertUnlocked()
        const state = keyring.root === undefined ? 'unencrypted' : 'unlocked'
        return verifyStore({ store, storeId, scopes, auditKey: keyring.root?.audit, state })
      }),

    export: exportAll,

    import: async (file, importOptions = {}) => {
      const entries = readExport(await openExport(file, importOptions.key))
      return gate.alone(async () => {
        assertUnlocked()
        return importEntries(scopes, entries, importOptions, now())
      })
    },

    audit: (page = {}) => gate.enter(() => readAuditPage(store, page)),
  }
}

function withActor(options: ActorOption = {}): ActorOption {
  return { actor: checkActor(options.actor) }
}
