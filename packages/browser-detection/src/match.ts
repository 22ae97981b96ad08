import type { Look } from './marker.ts'
import { elementsOf, type PageElement } from './page.ts'
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
      return look.pattern.test(page.text)
    case 'noscript':
      return look.pattern.test(page.noscriptText)
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
    default:
      return look satisfies never
  }
}

/** Elements that a look finds, where it looks at elements. */
export function findElements(look: Look, reading: Reading): readonly PageElement[] {
  switch (look.at) {
    case 'id':
      return reading.page.elements.filter(({ attributes }) => attributes.get('id') === look.name)
    case 'class':
      return reading.page.elements.filter(({ attributes }) => hasClass(attributes.get('class'), look.name))
    case 'element':
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

function findElement(look: Look, reading: Reading): PageElement | undefined {
  return findElements(look, reading)[0]
}

/** What kind of place a look looks at: two marks in one kind of place are not independent. */
export function placeOf(look: Look): string {
  return (look.at === 'all' || look.at === 'any') && look.looks[0] !== undefined ? placeOf(look.looks[0]) : look.at
}

/** Whether a look reads nothing but what came with the response, and not the document. */
export function isOutsideDocument(look: Look): boolean {
  if (look.at === 'all') return look.looks.some(isOutsideDocument)
  if (look.at === 'any') return look.looks.every(isOutsideDocument)
  return look.at === 'header' || look.at === 'status' || look.at === 'url' || look.at === 'cookie'
}

function matchesUrl({ host, path, query }: Extract<Look, { at: 'url' }>, url: URL): boolean {
  return (
    (host === undefined || host.test(url.hostname)) &&
    (path === undefined || path.test(url.pathname)) &&
    (query === undefined || query.test(url.search))
  )
}

function hasClass(value: string | undefined, name: string): boolean {
  return value?.split(/\s+/).includes(name) ?? false
}
