import type { Look } from './marker.ts'
import { captchaProducts } from './markers/captcha-products.ts'
import { genericDefences, namedDefences } from './markers/index.ts'

const ids = new Set<string>()
const classes = new Set<string>()
const tags = new Set<string>()
for (const { markers } of [...namedDefences, ...genericDefences]) for (const { look } of markers) addNames(look)
for (const { widgets, loaders } of captchaProducts) for (const look of [...widgets, ...loaders]) addNames(look)

function addNames(look: Look): void {
  if (look.at === 'id') ids.add(look.name)
  else if (look.at === 'class') classes.add(look.name)
  else if (look.at === 'element') tags.add(look.tag)
  else if (look.at === 'all' || look.at === 'any' || look.at === 'none' || look.at === 'some')
    look.looks.forEach(addNames)
}

/** Tags that some marker looks at. */
export const markedTags: ReadonlySet<string> = tags

/** Which first two characters some marked name has: nearly every element has a class, and nearly none is marked. */
const isClassStart = startsOf(classes)
const isIdStart = startsOf(ids)

/** Gives the id at this place in a page, where some marker asks for it. */
export function markedId(html: string, start: number, end: number): string | undefined {
  if (isIdStart[pairAt(html, start)] === 0) return undefined
  const value = html.slice(start, Math.min(end, start + 64))
  return ids.has(value) ? value : undefined
}

/** Gives the classes of the attribute at this place in a page that some marker asks for. */
export function markedClasses(html: string, start: number, end: number): readonly string[] {
  let found: string[] | undefined
  for (let index = start; index < end;) {
    const isCandidate = isClassStart[pairAt(html, index)] === 1
    const from = index
    while (index < end && html.charCodeAt(index) > 32) index++
    if (isCandidate && index - from <= 64) {
      const name = html.slice(from, index)
      if (classes.has(name) && !found?.includes(name)) (found ??= []).push(name)
    }
    while (index < end && html.charCodeAt(index) <= 32) index++
  }
  return found ?? NONE
}

const NONE: readonly string[] = []

function startsOf(names: ReadonlySet<string>): Uint8Array {
  const starts = new Uint8Array(128 * 128)
  for (const name of names) starts[pairAt(name, 0)] = 1
  return starts
}

function pairAt(text: string, index: number): number {
  return ((text.charCodeAt(index) & 127) << 7) | (text.charCodeAt(index + 1) & 127)
}
