/** How far a long work has come, shown as it goes on. */
export interface Progress {
  /** So much is done now, of all. */
  at(done: number): void
  end(): void
}

const BAR_WIDTH = 30

/** How often a line is written where there is no terminal to write one line over. */
const LINE_EVERY_MS = 10_000
const REDRAW_EVERY_MS = 100

/** Shows a bar on standard error: drawn over itself on a terminal, else a line now and then. */
export function showProgress(title: string, total: number): Progress {
  const { isTTY } = process.stderr
  const startedAt = performance.now()
  let from: number | undefined
  let toldAt = Number.NEGATIVE_INFINITY
  let last = 0

  function tell(done: number): void {
    toldAt = performance.now()
    process.stderr.write(
      `${isTTY ? '\r\u001B[K' : ''}${title} ${barOf(done, total)} ${timesOf(done)}${isTTY ? '' : '\n'}`,
    )
  }

  /** What was there at the first call was not done in this time. */
  function timesOf(done: number): string {
    const seconds = (performance.now() - startedAt) / 1000
    const here = done - (from ?? done)
    const left = here === 0 ? '' : `, about ${Math.ceil(((total - done) * seconds) / here)} s to go`
    return `${Math.round(seconds)} s${done < total ? left : ''}`
  }

  return {
    at(done) {
      from ??= done
      last = done
      if (performance.now() - toldAt >= (isTTY ? REDRAW_EVERY_MS : LINE_EVERY_MS)) tell(done)
    },
    end() {
      tell(last)
      if (isTTY) process.stderr.write('\n')
    },
  }
}

function barOf(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
}
