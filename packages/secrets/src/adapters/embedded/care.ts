import { checkActor } from '../../actor.ts'
import { readAuditPage } from '../../audit/audit-page.ts'
import { countKeys } from '../../count-keys.ts'
import type { KeySource } from '../../key-source.ts'
import { mustBeUnlocked } from '../../life-cycle.ts'
import { allAgentsRange, scopeRange } from '../../row-keys.ts'
import { giveNewDataKey, repairScope } from '../../scope-care.ts'
import { INSTANCE_SHARED } from '../../secret-scope.ts'
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
  | 'rotateScope'
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
  { store, keyring, scopes, gate, life, now }: StoreParts,
  { withScope, assertUnlocked }: Entrance,
): Care {
  const { storeId } = keyring.header

  function exportAll(exportOptions?: ExportOptions): Promise<SecretsExport>
  function exportAll(exportOptions: ExportOptions & { readonly key: KeySource }): Promise<EncryptedExport>
  async function exportAll(
    exportOptions: ExportOptions & { readonly key?: KeySource } = {},
  ): Promise<SecretsExport | EncryptedExport> {
    const content = await gate.alone(async () => {
      assertUnlocked()
      return readSecrets(store, scopes, exportOptions)
    })
    return exportOptions.key === undefined ? content : sealExport(content, exportOptions.key)
  }

  return {
    status: () =>
      gate.enter(async () => {
        const shared = await countKeys(store, scopeRange(INSTANCE_SHARED))
        const counts = { shared, agent: await countKeys(store, allAgentsRange()) }
        const interrupted = INTERRUPTED[keyring.header.state]
        return { state: life.state(), counts, ...(interrupted === undefined ? {} : { interrupted }) }
      }),

    enable: async (source, lifeOptions) => life.enable(source, withActor(lifeOptions)),
    unlock: async (source, lifeOptions) => life.unlock(source, withActor(lifeOptions)),
    lock: async () => life.lock(),
    rotate: async (source, lifeOptions) => life.rotate(source, withActor(lifeOptions)),

    rotateScope: (scope, careOptions) =>
      withScope(scope, async (checked) => {
        if (keyring.root === undefined) throw mustBeUnlocked(life.state())
        return giveNewDataKey({ store, storeId, scopes }, keyring.root, checked, withActor(careOptions))
      }),

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
