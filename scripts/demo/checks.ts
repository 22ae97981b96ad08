import { inspect, isDeepStrictEqual, styleText } from 'node:util'
import { describeError } from './waiting.ts'

/** What the tour says and what it has found. */
export interface Checks {
  /** Plays an act under a heading. What it throws is one check that failed; the tour goes on. */
  act(title: string, play: () => Promise<void>): Promise<void>
  /** Says something that is worth knowing and no check. */
  note(text: string): void
  /** Prints lines as they are. */
  print(lines: readonly string[]): void
  /**
   * Checks what came against what is expected: of an object only the named fields, of a text a pattern where one is
   * given, of anything a {@link where}; else it must be equal.
   */
  check(what: string, came: unknown, expected: unknown): void
  /** Says how many checks held, or which did not. Answers whether all did. */
  conclude(): boolean
  /** Says nothing more. */
  mute(): void
}

interface Condition {
  readonly holds: (came: unknown) => boolean
  [inspect.custom](): string
}

/** An expectation in words. */
export function where(words: string, holds: (came: unknown) => boolean): Condition {
  return { holds, [inspect.custom]: () => words }
}

export function createChecks(out: NodeJS.WriteStream = process.stdout): Checks {
  const failed: string[] = []
  let count = 0
  let act = ''
  let isMute = false

  const say = (line: string): void => {
    if (!isMute) out.write(`${line}\n`)
  }
  const styled = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream: out })

  function tell(what: string, problem?: readonly string[]): void {
    count += 1
    if (problem === undefined) return say(`  ${styled('green', '✓')} ${what}`)
    failed.push(`${act}: ${what}`)
    say(`  ${styled('red', '✗')} ${what}`)
    for (const line of problem) say(`      ${line}`)
  }

  return {
    async act(title, play) {
      act = title
      say(`\n${styled('bold', title)}`)
      try {
        await play()
      } catch (error) {
        tell('the act could not go on', [describeError(error)])
      }
    },
    note(text) {
      say(`  ${styled('dim', `· ${text}`)}`)
    },
    print(lines) {
      for (const line of lines) say(line)
    },
    check(what, came, expected) {
      if (matches(came, expected)) return tell(what)
      tell(what, [`expected  ${shown(expected)}`, `came      ${shown(lookedAt(came, expected))}`])
    },
    conclude() {
      if (failed.length === 0) {
        say(styled('green', `all ${count} checks held`))
        return true
      }
      say(styled('red', `${failed.length} of ${count} checks did not hold:`))
      for (const what of failed) say(`  ${styled('red', '✗')} ${what}`)
      return false
    },
    mute() {
      isMute = true
    },
  }
}

function matches(came: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) return typeof came === 'string' && expected.test(came)
  if (isCondition(expected)) return expected.holds(came)
  if (Array.isArray(expected)) {
    return (
      Array.isArray(came) &&
      came.length === expected.length &&
      expected.every((each, index) => matches(came[index], each))
    )
  }
  if (!isObject(expected)) return isDeepStrictEqual(came, expected)
  return isObject(came) && Object.entries(expected).every(([name, each]) => matches(came[name], each))
}

/** The part of what came that the expectation names, so that nothing else hides it. */
function lookedAt(came: unknown, expected: unknown): unknown {
  if (!isObject(came) || !isObject(expected) || Array.isArray(expected) || isCondition(expected)) return came
  return Object.fromEntries(Object.keys(expected).map((name) => [name, came[name]]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isCondition(value: unknown): value is Condition {
  return isObject(value) && typeof value['holds'] === 'function'
}

function shown(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: 110, maxStringLength: 800 }).replaceAll('\n', `\n${' '.repeat(16)}`)
}
