import { randomUUID } from 'node:crypto'

const TIME_DIGITS = 12
const COUNTER_DIGITS = 4
const RANDOM_DIGITS = 8
/** The last instant that an id has room for. */
const MOST_INSTANT = 16 ** TIME_DIGITS - 1
const MOST_IN_A_MILLISECOND = 16 ** COUNTER_DIGITS

const TASK_ID = /^task_[0-9a-f]{24}$/
const RUN_ID = /^run_[0-9a-f]{24}$/

export function isTaskId(text: unknown): text is string {
  return typeof text === 'string' && TASK_ID.test(text)
}

export function isRunId(text: unknown): text is string {
  return typeof text === 'string' && RUN_ID.test(text)
}

/**
 * Makes ids that sort in the order they were made: instant, counter, random. A clock that steps back does not break the
 * order within a process; two processes can only meet in the random part.
 */
export function createIds(clock: () => number): (prefix: 'task' | 'run') => string {
  let time = 0
  let counter = 0

  function tick(): void {
    const instant = clock()
    counter = instant > time ? 0 : counter + 1
    time = Math.max(instant, time)
    if (counter < MOST_IN_A_MILLISECOND) return
    time += 1
    counter = 0
  }

  return (prefix) => {
    tick()
    return `${prefix}_${hex(time, TIME_DIGITS)}${hex(counter, COUNTER_DIGITS)}${random()}`
  }
}

/** Sorts after every id that was made before the instant, and before every other. */
export function firstIdFrom(prefix: 'task' | 'run', instant: number): string {
  return `${prefix}_${hex(Math.min(instant, MOST_INSTANT), TIME_DIGITS)}`
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}

/** The first digits of a UUID are random, and Node.js draws them many at a time. */
function random(): string {
  return randomUUID().slice(0, RANDOM_DIGITS)
}
