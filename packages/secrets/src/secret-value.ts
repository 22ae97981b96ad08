import { SecretsError } from './errors.ts'

/** Largest value in bytes of UTF-8: one larger than 128 KiB would make every spawn fail that carries it. */
export const MAX_VALUE_BYTES: number = 64 * 1024

/** Why a value cannot stand in an environment; `undefined` if it can. */
export function valueProblem(value: string): string | undefined {
  if (value.includes('\0')) return 'it holds a NUL character, which ends a text in an environment'
  if (!value.isWellFormed()) return 'it is not well-formed Unicode: encode binary values, with base64 for example'
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES) return `it is larger than ${MAX_VALUE_BYTES} bytes`
  return undefined
}

/** Rejects values that are not to be stored. */
export function checkValue(value: string): void {
  if (typeof value !== 'string') throw new SecretsError('SECRETS_INVALID', 'value must be a string', 'value')
  if (value === '') throw new SecretsError('SECRETS_INVALID', 'value is empty: delete the secret instead', 'value')
  const problem = valueProblem(value)
  if (problem === undefined) return
  const code = Buffer.byteLength(value) > MAX_VALUE_BYTES ? 'SECRETS_TOO_LARGE' : 'SECRETS_INVALID'
  throw new SecretsError(code, `value: ${problem}`, 'value')
}
