import type { ApiAnswer } from '../../apps/server/test/api.ts'

/** The body of an answer; throws what it says when its status is none of these. */
export function answered(answer: ApiAnswer, ...statuses: readonly number[]): ApiAnswer['body'] {
  if (statuses.includes(answer.status)) return answer.body
  throw new Error(`answered ${answer.status}, not ${statuses.join(' or ')}: ${answer.text}`)
}
