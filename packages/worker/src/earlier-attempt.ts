/** A person's note about an earlier attempt at a task, as whoever makes another one is told of it. */
export function aboutEarlierAttempt(note: string): string {
  return `This task was tried before and did not come to its end. A person has looked at it since and says:\n${note}`
}
