import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { ClassicLevel } from 'classic-level'
import { agentScope, createSecretStore, generateRootKey, keyFromText, type SecretStore } from '../src/index.ts'

/** Many agents with secrets in an encrypted store, and the same rows, under the same keys, in a raw database. */
export interface Population extends AsyncDisposable {
  readonly secrets: SecretStore
  readonly raw: ClassicLevel<string, Buffer>
}

const VALUE_LENGTH = 40
const BOX_BYTES = 12 + VALUE_LENGTH + 16
const CHUNK = 1000
const rawKey = createSecretKey(randomBytes(32))

export const agentOf = (agent: number): string => `agent-${agent}`
export const nameOf = (secret: number): string => `SECRET_${secret}`
export const rowKey = (agent: number, secret: number): string => key('a', agentOf(agent), nameOf(secret))
export const valueOf = (agent: number, secret: number): string => `${agent}-${secret}-`.padEnd(VALUE_LENGTH, 'x')

/** Imports so many secrets for each of so many agents, in steps that are told, since it can take a minute or two. */
export async function populate(agents: number, secretsEach: number): Promise<Population> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-secrets-bench-'))
  const ground = await openLevelStore(join(folder, 'store'))
  const secrets = await createSecretStore(ground)
  await secrets.enable(keyFromText(generateRootKey()))
  const raw = new ClassicLevel<string, Buffer>(join(folder, 'raw'), { valueEncoding: 'buffer' })
  const each = Array.from({ length: secretsEach }, (_, secret) => secret)
  const progress = createProgress(agents * secretsEach)
  const time = '2026-01-01T00:00:00.000Z'
  for (let from = 0; from < agents; from += CHUNK) {
    const places = Array.from({ length: Math.min(CHUNK, agents - from) }, (_, index) => from + index).flatMap((agent) =>
      each.map((secret) => [agent, secret] as const),
    )
    const entries = places.map(([agent, secret]) => ({
      scope: agentScope(agentOf(agent)),
      name: nameOf(secret),
      value: valueOf(agent, secret),
      category: 'tool',
      createdAt: time,
      updatedAt: time,
    }))
    await secrets.import({ version: 1, entries })
    const like = Buffer.from(JSON.stringify(await ground.get(rowKey(from, 0))))
    await raw.batch(places.map(([agent, secret]) => ({ type: 'put', ...rawRow(agent, secret, like) })))
    progress.add(places.length)
  }
  await ground.compact({})
  await raw.compactRange('', '\uffff')
  progress.end()
  async function dispose(): Promise<void> {
    await secrets.close()
    await ground.close()
    await raw.close()
    await rm(folder, { recursive: true })
  }
  return { secrets, raw, [Symbol.asyncDispose]: dispose }
}

/** As long as the store's row, and as hard to compress, with what is sealed at the end. */
function rawRow(agent: number, secret: number, like: Buffer): { readonly key: string; readonly value: Buffer } {
  const at = rowKey(agent, secret)
  const box = seal(at, valueOf(agent, secret))
  return { key: at, value: Buffer.concat([like.subarray(0, like.length - box.length), box]) }
}

function seal(at: string, value: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', rawKey, nonce, { authTagLength: 16 }).setAAD(Buffer.from(at))
  return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()])
}

/** Opens what is sealed in a raw row. */
export function openRaw(at: string, row: Buffer): string {
  const box = row.subarray(-BOX_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', rawKey, box.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(at)).setAuthTag(box.subarray(-16))
  return decipher.update(box.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
}

function createProgress(rows: number) {
  const started = performance.now()
  let done = 0
  let told = started
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0)
  return {
    add(more: number): void {
      done += more
      if (performance.now() - told < 5000) return
      told = performance.now()
      console.log(
        `preparing: ${done.toLocaleString('en')} of ${rows.toLocaleString('en')} secrets after ${seconds()} s`,
      )
    },
    end: (): void => console.log(`prepared ${rows.toLocaleString('en')} secrets in ${seconds()} s`),
  }
}
