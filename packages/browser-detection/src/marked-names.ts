import type { Look } from './marker.ts'
import { captchaProducts } from './markers/captcha-products.ts'
import { genericDefences, namedDefences } from './markers/index.ts'

/** Names that some marker asks for. The reader keeps an element of any tag that carries one. */
interface MarkedNames {
  readonly ids: Set<string>
  readonly classes: Set<string>
  readonly tags: Set<string>
}

const names: MarkedNames = { ids: new Set(), classes: new Set(), tags: new Set() }
for (const { markers } of [...namedDefences, ...genericDefences]) for (const { look } of markers) addNames(look)
for (const { widgets, loaders } of captchaProducts) for (const look of [...widgets, ...loaders]) addNames(look)

function addNames(look: Look): void {
  if (look.at === 'id') names.ids.add(look.name)
  else if (look.at === 'class') names.classes.add(look.name)
  else if (look.at === 'element') names.tags.add(look.tag)
  else if (look.at === 'all' || look.at === 'any') look.looks.forEach(addNames)
}

/** One pattern for all classes, because nearly every element of a page has a class attribute and nearly none is marked. */
const markedClass = new RegExp(`(?:^|\\s)(?:${[...names.classes].join('|')})(?:\\s|$)`)

export function isMarkedId(value: string): boolean {
  return names.ids.has(value)
}

export function isMarkedClass(value: string): boolean {
  return markedClass.test(value)
}

export function isMarkedTag(tag: string): boolean {
  return names.tags.has(tag)
}
