import { ProblemError } from './problem.ts'

/** The thing, or the answer 404 that names it. */
export function found<Thing>(thing: Thing | undefined, what: string): Thing {
  if (thing === undefined) throw notFound(what)
  return thing
}

/** The answer 404 that names what is not there. */
export function notFound(what: string): ProblemError {
  return new ProblemError('not-found', `there is no ${what}`)
}
