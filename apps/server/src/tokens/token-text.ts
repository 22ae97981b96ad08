import { createHash, randomBytes } from 'node:crypto'

/** So many bytes of chance cannot be guessed, so a plain hash of them cannot be guessed back. */
const TOKEN_BYTES = 32

/** Makes a token that says what it is for: `agentic_admin_…`. */
export function newTokenText(kind: string): string {
  return `agentic_${kind}_${randomBytes(TOKEN_BYTES).toString('base64url')}`
}

/** Under what a token is kept. */
export function hashOfToken(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Makes an id; ids sort by the time when they were made. */
export function newTimedId(createdAt: number): string {
  return `${createdAt.toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`
}
