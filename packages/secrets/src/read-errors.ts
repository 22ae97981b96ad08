import { SecretsError } from './errors.ts'

export function unreadable(): SecretsError {
  return new SecretsError(
    'SECRETS_UNREADABLE',
    'the secret is there and cannot be read: put it again to replace it, or restore the store from a backup',
  )
}

export function notATool(): SecretsError {
  return new SecretsError(
    'SECRETS_NOT_A_TOOL',
    'the secret is "system", which workers never get: put it with category "tool", or resolve it for the host with allowSystem',
  )
}

export function expired(): SecretsError {
  return new SecretsError('SECRETS_EXPIRED', 'the secret has expired: put a new value')
}
