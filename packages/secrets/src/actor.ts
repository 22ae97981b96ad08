import { SecretsError } from './errors.ts'

const ACTOR = /^[^\p{C}]{1,200}$/u

/** Rejects what would not stand in a trail as one readable line. */
export function checkActor(actor: string | undefined): string | undefined {
  if (actor === undefined || (typeof actor === 'string' && ACTOR.test(actor))) return actor
  throw new SecretsError('SECRETS_INVALID', 'actor must be 1 to 200 characters without control characters', 'actor')
}
