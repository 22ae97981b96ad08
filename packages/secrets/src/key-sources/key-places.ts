import { fstat, read } from 'node:fs'
import { constants, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { SecretsError } from '../errors.ts'
import type { KeySource } from '../key-source.ts'
import { keyFromText, rawSource } from './raw-key.ts'

/** Much more than any form of a key takes. */
const LONGEST_TEXT = 1024

/**
 * Takes the root key from a file, read anew each time it is needed. It must be a regular file, not a link, of this user
 * or root, that nobody else can read (mode 0600 or 0400). Keep it outside all that a worker can see.
 */
export function keyFromFile(path: string): KeySource {
  return rawSource(async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
      throw unusable(`the key file cannot be opened (${codeOf(error)}): check that it is there, and no link`)
    })
    try {
      const { mode, uid } = checked(await file.stat())
      if ((mode & 0o077) !== 0) throw unusable('others can read the key file: change its mode to 0600')
      if (uid !== 0 && uid !== process.geteuid?.()) throw unusable('the key file belongs to another user')
      return (await file.readFile()).toString('latin1')
    } finally {
      await file.close()
    }
  })
}

/**
 * Takes the root key from an open file descriptor, once, at the first use: the text then stays in memory. Nothing
 * of it lies on a disk that a worker could find.
 */
export function keyFromDescriptor(descriptor: number): KeySource {
  let reading: Promise<string> | undefined
  return rawSource(() => (reading ??= readDescriptor(descriptor)))
}

/**
 * Takes the root key from an environment variable, and removes the variable, so that no subprocess inherits it. What
 * the process was started with stays to be read in `/proc/PID/environ` by its own user: a file or descriptor is better.
 */
export function keyFromEnvironment(name: string, env: NodeJS.ProcessEnv = process.env): KeySource {
  const text = env[name]
  delete env[name]
  if (text === undefined || text === '') throw unusable('the environment variable of the root key is not set')
  return keyFromText(text)
}

async function readDescriptor(descriptor: number): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  try {
    if ((await promisify(fstat)(descriptor)).isDirectory()) throw unusable('the descriptor is a folder')
    for (;;) {
      const { bytesRead, buffer } = await promisify(read)(descriptor, Buffer.alloc(LONGEST_TEXT), 0, LONGEST_TEXT, null)
      if (bytesRead === 0) return Buffer.concat(parts).toString('latin1')
      parts.push(buffer.subarray(0, bytesRead))
      length += bytesRead
      if (length > LONGEST_TEXT) throw unusable('the descriptor gives more than a key')
    }
  } catch (error) {
    throw error instanceof SecretsError ? error : unusable(`the descriptor cannot be read (${codeOf(error)})`)
  }
}

function checked(stat: { isFile(): boolean; size: number; mode: number; uid: number }) {
  if (!stat.isFile()) throw unusable('the key file is not a regular file')
  if (stat.size > LONGEST_TEXT) throw unusable('the key file is larger than any key')
  return stat
}

function unusable(why: string): SecretsError {
  return new SecretsError('SECRETS_KEY_SOURCE', `source: ${why}`, 'source')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
