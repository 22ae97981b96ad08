import { randomBytes } from 'node:crypto'
import { SecretsError } from '../errors.ts'
import { type KeyDescription, type KeySource, PASSPHRASE_LIMITS } from '../key-source.ts'
import { argon2OfNode, argon2OfWasm } from './argon2.ts'
import { requireType } from './raw-key.ts'

export interface PassphraseOptions {
  /**
   * Memory that one derivation takes, in KiB, at least 8 for each lane; also the most that a store which is opened may
   * ask for, if that is more than 262,144.
   * @default 65_536
   */
  readonly memoryKib?: number | undefined
  /** @default 3 */
  readonly passes?: number | undefined
  /** @default 1 */
  readonly parallelism?: number | undefined
}

const SALT_BYTES = 16
/** What a store may ask for without being expected to: four times as much as the defaults take. */
const EXPECTED_KIB = 262_144
/** The same in KiB times passes, which is what the time of a derivation grows with. */
const EXPECTED_WORK = 4 * EXPECTED_KIB

/**
 * Derives the root key from a passphrase with Argon2id (RFC 9106; the defaults are its second choice, with one lane). It
 * is for what people remember: a generated key needs no such work. What an opened store or export asks for is bounded,
 * since whoever wrote to the disk could ask for all memory: SECRETS_KEY_SOURCE then names what to allow.
 */
export function keyFromPassphrase(passphrase: string, options: PassphraseOptions = {}): KeySource {
  if (typeof passphrase !== 'string' || passphrase === '') {
    throw new SecretsError('SECRETS_KEY_SOURCE', 'source: the passphrase is empty', 'source')
  }
  const cost = checkCost({
    memoryKib: options.memoryKib ?? 65_536,
    passes: options.passes ?? 3,
    parallelism: options.parallelism ?? 1,
  })
  return {
    async rootKey(stored) {
      requireType(stored, 'passphrase')
      const description = stored?.type === 'passphrase' ? checkStored(stored, cost) : newDescription(cost)
      return { key: await derive(passphrase, description), description }
    },
  }
}

interface Cost {
  readonly memoryKib: number
  readonly passes: number
  readonly parallelism: number
}

type PassphraseDescription = Extract<KeyDescription, { type: 'passphrase' }>

/** What is chosen here must be readable when the store is opened again. */
function checkCost(cost: Cost): Cost {
  for (const field of ['memoryKib', 'passes', 'parallelism'] as const) {
    const most = PASSPHRASE_LIMITS[field]
    const isRight = Number.isSafeInteger(cost[field]) && cost[field] >= 1 && cost[field] <= most
    if (!isRight) throw new SecretsError('SECRETS_INVALID', `${field} must be a whole number from 1 to ${most}`, field)
  }
  if (cost.memoryKib >= 8 * cost.parallelism) return cost
  throw new SecretsError('SECRETS_INVALID', 'memoryKib must be at least 8 for each lane of parallelism', 'memoryKib')
}

/** Looks at what comes from a disk before anything is done for it. */
function checkStored(stored: PassphraseDescription, cost: Cost): PassphraseDescription {
  const mostKib = Math.max(EXPECTED_KIB, cost.memoryKib)
  const mostWork = Math.max(EXPECTED_WORK, cost.memoryKib * cost.passes)
  const { memoryKib, passes, parallelism } = stored
  const isExpected =
    memoryKib <= mostKib && memoryKib * passes <= mostWork && parallelism <= Math.max(4, cost.parallelism)
  if (isExpected && memoryKib >= 8 * parallelism) return stored
  throw new SecretsError(
    'SECRETS_KEY_SOURCE',
    `source: what is stored asks Argon2 for ${memoryKib} KiB, ${passes} passes and ${parallelism} lanes, more than is done unasked: give these numbers as options if they are yours`,
    'source',
  )
}

function newDescription(cost: Cost): PassphraseDescription {
  const salt = randomBytes(SALT_BYTES).toString('base64')
  return { type: 'passphrase', algorithm: 'argon2id', ...cost, salt }
}

async function derive(passphrase: string, description: PassphraseDescription): Promise<Uint8Array> {
  const { memoryKib, passes, parallelism } = description
  const argon2 = argon2OfNode() ?? argon2OfWasm
  // Two keyboards can write the same text in different code points.
  const message = Buffer.from(passphrase.normalize('NFC'))
  try {
    return await argon2({ message, salt: Buffer.from(description.salt, 'base64'), memoryKib, passes, parallelism })
  } finally {
    message.fill(0)
  }
}
