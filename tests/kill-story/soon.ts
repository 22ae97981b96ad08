import { setTimeout as delay } from 'node:timers/promises'

/** Looks again and again until a look finds nothing wrong; rejects with what the last one found. */
export async function soon(
  look: () => Promise<void>,
  { withinMs, everyMs = 250 }: { readonly withinMs: number; readonly everyMs?: number | undefined },
): Promise<void> {
  const until = performance.now() + withinMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (performance.now() > until) throw error
    }
    await delay(everyMs)
  }
}
