/** Runs works of one name one after another; different names do not wait for each other. Idle names hold no memory. */
export class NamedMutex {
  /** By name, what ends with the last work that has come. */
  readonly #tails = new Map<string, Promise<void>>()

  /** Whether no work of this name runs or waits. */
  isFree(name: string): boolean {
    return !this.#tails.has(name)
  }

  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(name)
    const mine = Promise.withResolvers<void>()
    this.#tails.set(name, mine.promise)
    try {
      if (before !== undefined) await before
      return await work()
    } finally {
      if (this.#tails.get(name) === mine.promise) this.#tails.delete(name)
      mine.resolve()
    }
  }
}
