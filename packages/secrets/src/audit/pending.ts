import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import * as v from 'valibot'
import { pendingKey, pendingNumber, pendingRange } from '../row-keys.ts'
import { findAll, jsonOf } from '../rows.ts'
import { agentScope, isAgentId, type SecretScope } from '../secret-scope.ts'
import type { AuditFact, Ledger } from './ledger.ts'

// While the store is locked there is no key to vouch for the end of the trail: whoever can write to the disk could write
// the same. So such a change waits in a row of its own, and is chained, and told for what it is, at the next unlock.

const PAGE = 500
const LOCK = 'secrets\0pending'

const pendingSchema = v.strictObject({
  action: v.literal('delete-agent'),
  actor: v.pipe(v.string(), v.regex(/^[^\p{C}]{1,200}$/u)),
  agentId: v.pipe(
    v.string(),
    v.check((text) => isAgentId(text)),
  ),
  at: v.pipe(v.string(), v.isoTimestamp()),
})

/** Writes operations together with what is to be told of them once the store is unlocked. */
export function writePending(
  store: EmbeddedStore,
  operations: readonly Operation[],
  { agentId, actor, at }: { readonly agentId: string; readonly actor: string; readonly at: string },
): Promise<void> {
  return store.exclusive(LOCK, async () => {
    const [last] = await store.keys({ ...pendingRange(), reverse: true, limit: 1 })
    const key = pendingKey(last === undefined ? 1 : pendingNumber(last) + 1)
    await store.write([...operations, { type: 'put', key, value: { action: 'delete-agent', actor, agentId, at } }])
  })
}

/** Moves what waits into the trail, a page in a batch: interrupted, each change is in the one place or the other. */
export async function chainPending(store: EmbeddedStore, ledger: Ledger): Promise<void> {
  for (;;) {
    const rows = await findAll(store, { ...pendingRange(), limit: PAGE })
    if (rows.size === 0) return
    const facts = [...rows.values()].flatMap((row): AuditFact[] => {
      const parsed = v.safeParse(pendingSchema, jsonOf(row))
      if (!parsed.success) return []
      const { action, actor, agentId, at } = parsed.output
      const scope: SecretScope = agentScope(agentId)
      return [{ action, actor, scope, at, whileLocked: true }]
    })
    await ledger.commit(
      [...rows.keys()].map((key): Operation => ({ type: 'delete', key })),
      facts,
    )
  }
}
