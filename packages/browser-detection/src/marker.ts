import type { BlockReason } from '@agentic/worker-outcome'

/**
 * How much a mark says.
 * - `proof`: only an interstitial carries it. Enough alone, unless the page is full of content and was served with success.
 * - `wall`: enough on a page that holds nothing else.
 * - `hint`: needs a page that holds nothing else, and a second, independent sign: a blocking status or a hint from another place.
 * - `counter`: the vendor speaks, but about an error and not about us; its walls and hints are void.
 * - `presence`: the vendor is there. Never evidence, only an advisory.
 */
export type Strength = 'proof' | 'wall' | 'hint' | 'counter' | 'presence'

/** Where to look, and for what. Patterns run over short, normalised text and must be linear. */
export type Look =
  | { readonly at: 'header'; readonly name: string; readonly pattern: RegExp }
  | { readonly at: 'cookie'; readonly pattern: RegExp }
  | { readonly at: 'status'; readonly codes: readonly number[] }
  | { readonly at: 'url'; readonly host?: RegExp; readonly path?: RegExp; readonly query?: RegExp }
  | { readonly at: 'title'; readonly pattern: RegExp }
  | {
      readonly at: 'text'
      readonly pattern: RegExp
      /** Whether several marks look for it, so that its answer is kept for the page. */
      readonly isShared?: boolean
    }
  | { readonly at: 'noscript'; readonly pattern: RegExp }
  | { readonly at: 'script'; readonly pattern: RegExp }
  | { readonly at: 'comment'; readonly pattern: RegExp }
  | { readonly at: 'id'; readonly name: string }
  | { readonly at: 'class'; readonly name: string }
  | {
      readonly at: 'element'
      readonly tag: string
      readonly attribute: string
      readonly pattern: RegExp
      /** The same pattern for the values of many elements, a line each. */
      readonly anyLine: RegExp
    }
  | { readonly at: 'shape'; readonly elements: number; readonly characters: number }
  | { readonly at: 'all'; readonly looks: readonly Look[] }
  | { readonly at: 'any'; readonly looks: readonly Look[] }
  | { readonly at: 'none'; readonly looks: readonly Look[] }
  | { readonly at: 'some'; readonly count: number; readonly looks: readonly Look[] }

/** One mark of a defence, as data. */
export interface Marker {
  /** Unique within its defence, in kebab-case. */
  readonly id: string
  readonly strength: Strength
  /** What was seen, in words that a person can check on the page. */
  readonly says: string
  readonly look: Look
  /**
   * What this mark means, where it is not what the defence usually does.
   * @default the reason of the defence
   */
  readonly reason?: BlockReason
}

/** A vendor, a product or a platform that stops visitors. The reason of its first mark in order is the one reported. */
export interface Defence {
  readonly name: string
  readonly reason: BlockReason
  /**
   * Statuses that back a single hint.
   * @default every status that some defence refuses with
   */
  readonly statuses?: readonly number[]
  readonly markers: readonly Marker[]
}

/** A captcha that a site can put on any page: a block only where the page is nothing else. */
export interface CaptchaProduct {
  readonly provider: string
  /** Name for people. */
  readonly label: string
  /** The box that a visitor sees. */
  readonly widgets: readonly Look[]
  /** What loads the product; says nothing about whether it shows. */
  readonly loaders: readonly Look[]
  /** Frame of a challenge that has opened over the page. */
  readonly challengeFrame?: RegExp
}

/** Says that a vendor's fraud defence stops us. */
export function fraudDetect(vendor: string): BlockReason {
  return { type: 'fraud-detect', vendor }
}

/** Says that a captcha stops us. */
export function captcha(provider: string): BlockReason {
  return { type: 'captcha', provider }
}

export const rateLimit: BlockReason = { type: 'rate-limit' }

export function header(name: string, pattern: RegExp): Look {
  return { at: 'header', name, pattern }
}

export function cookie(pattern: RegExp): Look {
  return { at: 'cookie', pattern }
}

export function status(...codes: readonly number[]): Look {
  return { at: 'status', codes }
}

export function url(parts: { readonly host?: RegExp; readonly path?: RegExp; readonly query?: RegExp }): Look {
  return { at: 'url', ...parts }
}

export function title(pattern: RegExp): Look {
  return { at: 'title', pattern }
}

export function text(pattern: RegExp): Look {
  return { at: 'text', pattern }
}

/** The same as {@link text} for a pattern that several marks look for: a page is searched for it once. */
export function sharedText(pattern: RegExp): Look {
  return { at: 'text', pattern, isShared: true }
}

export function noscript(pattern: RegExp): Look {
  return { at: 'noscript', pattern }
}

export function script(pattern: RegExp): Look {
  return { at: 'script', pattern }
}

export function comment(pattern: RegExp): Look {
  return { at: 'comment', pattern }
}

export function id(name: string): Look {
  return { at: 'id', name }
}

export function className(name: string): Look {
  return { at: 'class', name }
}

export function element(tag: string, attribute: string, pattern: RegExp): Look {
  // What must not follow may stand in the next line, so such a pattern rules nothing out.
  const canLookAround = /\(\?<?!/.test(pattern.source)
  return {
    at: 'element',
    tag,
    attribute,
    pattern,
    anyLine: canLookAround ? /^/ : new RegExp(pattern.source, `${pattern.flags}m`),
  }
}

/** At most this many elements and visible characters: the page is nothing but the mark. */
export function emptier(elements: number, characters: number): Look {
  return { at: 'shape', elements, characters }
}

export function all(...looks: readonly Look[]): Look {
  return { at: 'all', looks }
}

export function any(...looks: readonly Look[]): Look {
  return { at: 'any', looks }
}

/** At least so many of these are there: parts of what a wall says, none of which says it alone. */
export function some(count: number, ...looks: readonly Look[]): Look {
  return { at: 'some', count, looks }
}

/** None of these is there. Never alone: what is absent says nothing. */
export function none(...looks: readonly Look[]): Look {
  return { at: 'none', looks }
}
