import { envNameProblem } from './env-policy.ts'
import { SecretsError } from './errors.ts'
import type { SecretCategory } from './secret-scope.ts'

/** What any stored name may be. Those of `tool` secrets obey the stricter rules of the environment too. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/

/** Whether a text can be the name of a secret of some category. */
export function isSecretName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name)
}

export function checkName(name: string): void {
  if (isSecretName(name)) return
  const rule = 'a name is 1 to 128 of A-Z a-z 0-9 _ . - and begins with a letter or an underscore'
  throw new SecretsError('SECRETS_INVALID', rule, 'name')
}

/** Rejects names that a worker's environment must not hold. Those of `system` secrets never get there. */
export function checkNameFor(category: SecretCategory, name: string, allowUnsafeName: boolean): void {
  if (category === 'system') return
  const problem = envNameProblem(name)
  if (problem === undefined || (problem.type === 'unsafe' && allowUnsafeName)) return
  const way = problem.type === 'unsafe' ? 'choose another, or say allowUnsafeName' : 'choose another'
  throw new SecretsError('SECRETS_NAME_UNSAFE', `name: ${problem.why}; ${way}`, 'name')
}
