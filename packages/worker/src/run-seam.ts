import { failClosed, type Scrub, WITHHELD_TEXT } from '@agentic/worker-outcome'
import type { RunScrubber } from './worker.ts'

/** A secret as a scrubber is made of it. */
export interface KnownSecret {
  readonly name: string
  readonly value: string
}

/** Makes a scrubber of secrets; `createScrubber` of @agentic/secrets is one. */
export type CreateScrubber = (secrets: readonly KnownSecret[]) => RunScrubber

/** Scrubs one stream of text; what may be the start of a secret is held back until the next chunk or the end. */
export interface TextStream {
  write(chunk: string): string
  end(): string
}

/**
 * The one place that every text of a run passes on its way out: outcome, transcript, events, what tools answer. It
 * never throws: what cannot be scrubbed is withheld.
 */
export interface RunSeam extends RunScrubber {
  textStream(): TextStream
  /** Takes this value out as well, from now on; streams that are open already go on as they were. */
  learn(secret: KnownSecret): void
}

/**
 * Joins the run's scrubber with what is learnt on the way. Learnt values go into one scrubber with the environment's,
 * so that two that overlap are taken out as one; what else the run's own scrubber knows is taken out after it.
 */
export function createRunSeam(
  base: RunScrubber,
  env: Readonly<Record<string, string>>,
  createScrubber: CreateScrubber | undefined,
): RunSeam {
  const known: KnownSecret[] = Object.entries(env).map(([name, value]) => ({ name, value }))
  let scrubbers: readonly RunScrubber[] = [base]

  function stream(): ReturnType<RunScrubber['stream']> {
    const streams = scrubbers.map((scrubber) => scrubber.stream())
    return closedOnError({
      write: (chunk) => streams.reduce((bytes, one) => one.write(bytes), chunk),
      end: () =>
        streams.reduce<Uint8Array>(
          (bytes, one) => Buffer.concat([bytes.length > 0 ? one.write(bytes) : bytes, one.end()]),
          new Uint8Array(),
        ),
    })
  }

  return {
    scrub: (text) => scrubbers.reduce((scrubbed, one) => failClosed((given) => one.scrub(given))(scrubbed), text),
    stream,
    textStream: () => textStreamOf(stream()),
    learn(secret) {
      if (createScrubber === undefined) throw new TypeError('Nothing can be learnt without a way to make scrubbers')
      known.push(secret)
      scrubbers = [createScrubber(known), base]
    },
  }
}

/** A seam that changes nothing: for before the secrets are taken, when none of them can be in a text. */
export const openSeam: { readonly scrub: Scrub } = { scrub: (text) => text }

function closedOnError(stream: ReturnType<RunScrubber['stream']>): ReturnType<RunScrubber['stream']> {
  let hasFailed = false
  const guarded = (scrub: () => Uint8Array): Uint8Array => {
    if (hasFailed) return new Uint8Array()
    try {
      return scrub()
    } catch {
      hasFailed = true
      return Buffer.from(WITHHELD_TEXT)
    }
  }
  return { write: (chunk) => guarded(() => stream.write(chunk)), end: () => guarded(() => stream.end()) }
}

function textStreamOf(stream: ReturnType<RunScrubber['stream']>): TextStream {
  const decoder = new TextDecoder()
  return {
    write: (chunk) => decoder.decode(stream.write(Buffer.from(chunk)), { stream: true }),
    end: () => decoder.decode(stream.end()),
  }
}
