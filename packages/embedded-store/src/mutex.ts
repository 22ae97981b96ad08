/** Runs works of one name one after another; different names do not wait for each other. Idle names hold no memory. */
export class NamedMutex {
  readonly #tails = new Map<string, Promise<unknown>>()

  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(name)
    const mine = before === undefined ? work() : before.then(work, work)
    const tail = mine.catch(() => undefined)
    this.#tails.set(name, tail)
    try {
      return await mine
    } finally {
      if (this.#tails.get(name) === tail) this.#tails.delete(name)
    }
  }
}
