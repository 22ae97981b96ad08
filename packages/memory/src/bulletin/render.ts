import * as v from 'valibot'
import type { Memory, MemoryKind } from '../memory.ts'
import { objectMessage, parse, wholeNumber } from '../validation.ts'

export interface RenderOptions {
  /**
   * Longest text, in characters; from 200 to 50,000.
   * @default 4_000
   */
  readonly mostCharacters?: number | undefined
}

/** The sections in their order, and how many memories each names at most. */
const SECTIONS: readonly { readonly kind: MemoryKind; readonly title: string; readonly most: number }[] = [
  { kind: 'identity', title: 'Identity', most: 15 },
  { kind: 'goal', title: 'Goals', most: 10 },
  { kind: 'todo', title: 'To do', most: 10 },
  { kind: 'decision', title: 'Decisions', most: 10 },
  { kind: 'preference', title: 'Preferences', most: 10 },
  { kind: 'fact', title: 'Facts', most: 15 },
  { kind: 'event', title: 'Events', most: 10 },
  { kind: 'observation', title: 'Observations', most: 5 },
]

const LONGEST_LINE = 300

const schema = v.strictObject({ mostCharacters: v.optional(wholeNumber(200, 50_000), 4000) }, objectMessage)

interface Section {
  readonly title: string
  readonly lines: string[]
  hidden: number
}

/**
 * Says what an agent knows in a section for each kind: pinned first, then by importance, then the newest. The same text
 * for the same memories, whatever their order and whenever; each memory is one line, so that none can pass for a
 * heading. What does not fit is counted. Nothing known is an empty text.
 */
export function renderBulletin(memories: readonly Memory[], options: RenderOptions = {}): string {
  const { mostCharacters } = parse(schema, options, 'options')
  const there = memories.filter(({ deletion }) => deletion === undefined).toSorted(byWeight)
  const sections = SECTIONS.map(({ kind, title, most }): Section => {
    const lines = there.filter((memory) => memory.kind === kind).map(({ content }) => lineOf(content))
    return { title, lines: lines.slice(0, most), hidden: Math.max(0, lines.length - most) }
  })
  for (let text = textOf(sections); ; text = textOf(sections)) {
    if (text.length <= mostCharacters) return text
    shorten(sections)
  }
}

/** Hides the last line of the section with the most of them: so each keeps its most important ones. */
function shorten(sections: readonly Section[]): void {
  const longest = sections.reduce((one, other) => (other.lines.length >= one.lines.length ? other : one))
  longest.lines.pop()
  longest.hidden += 1
}

function textOf(sections: readonly Section[]): string {
  return sections
    .filter(({ lines, hidden }) => lines.length > 0 || hidden > 0)
    .map(({ title, lines, hidden }) =>
      [`## ${title}`, ...lines.map((line) => `- ${line}`), ...(hidden > 0 ? [`- and ${hidden} more`] : [])].join('\n'),
    )
    .join('\n\n')
}

/** The first line of a content with words in it, without characters that could break out of its line. */
function lineOf(content: string): string {
  const [first = ''] = content
    .trim()
    .split(/[\p{Cc}\p{Zl}\p{Zp}]+/u)
    .filter((line) => line.trim() !== '')
  const line = first.trim().replaceAll(/\s+/gu, ' ')
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1).toWellFormed()}…`
}

function byWeight(one: Memory, other: Memory): number {
  return (
    Number(other.isPinned) - Number(one.isPinned) ||
    other.importance - one.importance ||
    other.updatedAt - one.updatedAt ||
    (one.id < other.id ? 1 : -1)
  )
}
