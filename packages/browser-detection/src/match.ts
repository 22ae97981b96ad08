import type { Look } from './marker.ts'
import { elementsOf, type Page, type PageElement } from './page.ts'
import type { Reading } from './reading.ts'

/** Looks for one mark in a reading. */
export function matches(look: Look, reading: Reading): boolean {
  const { page } = reading
  switch (look.at) {
    case 'header': {
      const value = reading.headers.get(look.name)
      return value !== undefined && look.pattern.test(value)
    }
    case 'cookie':
      return reading.cookieNames.some((name) => look.pattern.test(name))
    case 'status':
      return reading.status !== undefined && look.codes.includes(reading.status)
    case 'url':
      return reading.finalUrl !== undefined && matchesUrl(look, reading.finalUrl)
    case 'title':
      return look.pattern.test(page.title)
    case 'text':
      return look.isShared === true ? isInText(look.pattern, page) : look.pattern.test(page.text)
    case 'noscript':
      return look.pattern.test(page.noscriptText)
    case 'comment':
      return page.comments.some((head) => look.pattern.test(head))
    case 'script':
      return page.scripts.some((head) => look.pattern.test(head))
    case 'id':
    case 'class':
    case 'element':
      return findElement(look, reading) !== undefined
    case 'shape':
      return page.shape.elements <= look.elements && page.shape.characters <= look.characters
    case 'all':
      return look.looks.every((part) => matches(part, reading))
    case 'any':
      return look.looks.some((part) => matches(part, reading))
    case 'none':
      return !look.looks.some((part) => matches(part, reading))
    case 'some':
      return hasSome(look, reading)
    default:
      return look satisfies never
  }
}

/** Elements that a look finds, where it looks at elements. */
export function findElements(look: Look, reading: Reading): readonly PageElement[] {
  switch (look.at) {
    case 'id':
      return reading.page.byMark.get(`#${look.name}`) ?? []
    case 'class':
      return reading.page.byMark.get(`.${look.name}`) ?? []
    case 'element':
      if (!look.anyLine.test(linesOf(reading.page, look.tag, look.attribute))) return []
      return elementsOf(reading.page, look.tag).filter(({ attributes }) =>
        look.pattern.test(attributes.get(look.attribute) ?? ''),
      )
    case 'all':
    case 'any':
      return look.looks.flatMap((part) => findElements(part, reading))
    default:
      return []
  }
}

function hasSome({ count, looks }: Extract<Look, { at: 'some' }>, reading: Reading): boolean {
  let found = 0
  // Stops as soon as too few are left: most pages have none of them.
  for (const [index, part] of looks.entries()) {
    if (found + looks.length - index < count) return false
    if (matches(part, reading) && ++found >= count) return true
  }
  return false
}

function findElement(look: Look, reading: Reading): PageElement | undefined {
  return findElements(look, reading)[0]
}

/** What kind of place a look looks at: two marks in one kind of place are not independent. */
export function placeOf(look: Look): string {
  const isOfParts = look.at === 'all' || look.at === 'any' || look.at === 'some'
  return isOfParts && look.looks[0] !== undefined ? placeOf(look.looks[0]) : look.at
}

/** Whether a look reads nothing but what came with the response, and not the document. */
export function isOutsideDocument(look: Look): boolean {
  if (look.at === 'all') return look.looks.some(isOutsideDocument)
  if (look.at === 'any' || look.at === 'some') return look.looks.every(isOutsideDocument)
  return look.at === 'header' || look.at === 'status' || look.at === 'url' || look.at === 'cookie'
}

/**
 * Whether a look that matched rests on words alone, which an article about a block page has too.
 * What came with the response, a script or an element is more than words; the size of the page is nothing.
 */
export function restsOnWords(look: Look, reading: Reading): boolean {
  switch (look.at) {
    case 'title':
      // A title that is a template's and nothing more is no article's.
      return !(look.pattern.source.startsWith('^') && look.pattern.source.endsWith('$'))
    case 'text':
    case 'noscript':
    // How large a page is, and what it lacks, is nothing beside words.
    case 'shape':
    case 'none':
      return true
    case 'all':
      return look.looks.every((part) => restsOnWords(part, reading))
    case 'any':
    case 'some':
      return look.looks.filter((part) => matches(part, reading)).every((part) => restsOnWords(part, reading))
    default:
      return false
  }
}

function matchesUrl({ host, path, query }: Extract<Look, { at: 'url' }>, url: URL): boolean {
  return (
    (host === undefined || host.test(url.hostname)) &&
    (path === undefined || path.test(url.pathname)) &&
    (query === undefined || query.test(url.search))
  )
}

const answers = new WeakMap<Page, Map<RegExp, boolean>>()

/** Whether a pattern is in the text of a page, searched for once. */
function isInText(pattern: RegExp, page: Page): boolean {
  let ofPage = answers.get(page)
  if (ofPage === undefined) answers.set(page, (ofPage = new Map()))
  const known = ofPage.get(pattern)
  if (known !== undefined) return known
  const isFound = pattern.test(page.text)
  ofPage.set(pattern, isFound)
  return isFound
}

const lines = new WeakMap<Page, Map<string, string>>()

/** All values of one attribute, a line each: a pattern that is in none of them is ruled out by one search. */
function linesOf(page: Page, tag: string, attribute: string): string {
  let ofPage = lines.get(page)
  if (ofPage === undefined) lines.set(page, (ofPage = new Map()))
  const key = `${tag} ${attribute}`
  const known = ofPage.get(key)
  if (known !== undefined) return known
  const joined = elementsOf(page, tag)
    .map(({ attributes }) => attributes.get(attribute) ?? '')
    .join('\n')
  ofPage.set(key, joined)
  return joined
}
