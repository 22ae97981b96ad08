import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2'
import { isMarkedClass, isMarkedId, isMarkedTag } from './marked-names.ts'
import type { Page, PageElement } from './page.ts'

const ATTRIBUTE_HEAD = 2048
const SCRIPT_HEAD = 2048
const TEXT_HEAD = 8192
const TITLE_HEAD = 512
const SCRIPTS_KEPT = 80
/** Counting stops soon after: a page with so much text is full. */
const CHARACTERS_COUNTED = 12_000

/** Tags whose elements are kept, with how many of each: enough for any wall, bounded for any page. */
const KEPT_TAGS: ReadonlyMap<string, number> = new Map([
  ['a', 40],
  ['form', 40],
  ['iframe', 60],
  ['img', 60],
  ['input', 200],
  ['link', 40],
  ['meta', 40],
  ['script', 120],
  ['select', 40],
  ['textarea', 40],
])
const MARKED_KEPT = 100

/** Tags whose text is not text of the page. */
const MUTE_TAGS: ReadonlySet<string> = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'iframe',
  'noembed',
  'noframes',
])

/** Boxes that authors and serialisers close, so that counting depth with them is safe without a tree. */
const BOX_TAGS: ReadonlySet<string> = new Set(['article', 'aside', 'dialog', 'div', 'form', 'main', 'section'])

const HIDING_STYLE = /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i
const SHOWING_STYLE = /visibility\s*:\s*visible/i

/**
 * Reads a page in one pass of htmlparser2's tokenizer, which is linear where its parser is quadratic in nesting.
 * Of a page over `maxLength` characters, the first three quarters of that and the last quarter are read.
 */
export function readPage(html: string, maxLength: number): Page {
  const isCut = html.length > maxLength
  const collector = createCollector()
  if (!isCut) {
    collector.read(html)
    return collector.finish(false)
  }
  const headLength = Math.floor(maxLength * 0.75)
  collector.read(withoutHalfTag(html.slice(0, headLength)))
  collector.read(fromTag(html.slice(html.length - (maxLength - headLength))))
  return collector.finish(true)
}

/** A tag that the cut goes through would be read as text. */
function withoutHalfTag(head: string): string {
  const open = head.lastIndexOf('<')
  return open > head.lastIndexOf('>') && head.length - open < 1000 ? head.slice(0, open) : head
}

function fromTag(tail: string): string {
  const open = tail.indexOf('<')
  return open === -1 ? '' : tail.slice(open)
}

interface Collector {
  readonly read: (part: string) => void
  readonly finish: (isCut: boolean) => Page
}

function createCollector(): Collector {
  const elements: PageElement[] = []
  const byTag = new Map<string, PageElement[]>()
  const scripts: string[] = []
  let title = ''
  let text = ''
  let noscriptText = ''
  let elementCount = 0
  let links = 0
  let characters = 0
  let markedCount = 0
  let forms = 0

  return { read, finish }

  function finish(isCut: boolean): Page {
    const shape = { elements: elementCount, links, characters }
    return {
      title: collapse(title),
      text: collapse(text),
      noscriptText: collapse(noscriptText),
      scripts,
      elements,
      byTag,
      shape,
      isCut,
    }
  }

  function read(part: string): void {
    let tag = ''
    let isKept = false
    let isMarked = false
    let attributes = new Map<string, string>()
    let attributeName = ''
    let isWanted = false
    let value = ''
    let style = ''
    let isHiddenHere = false

    /** The mute element whose text is being read. */
    let mute = ''
    /** Whether a tag or white space stands between the text so far and what comes. */
    let isApart = true
    let svgDepth = 0
    let templateDepth = 0
    let noscriptDepth = 0
    let boxDepth = 0
    let hiddenFrom = 0
    let shownFrom = 0
    let form: number | undefined

    const callbacks: TokenizerCallbacks = {
      onopentagname(start, end) {
        tag = lowered(part, start, end)
        const room = KEPT_TAGS.get(tag)
        isKept = svgDepth === 0 && templateDepth === 0 && room !== undefined && (byTag.get(tag)?.length ?? 0) < room
        isMarked = isMarkedTag(tag)
        attributes = isKept ? new Map() : attributes.size === 0 ? attributes : new Map()
        style = ''
        isHiddenHere = false
      },
      onattribname(start, end) {
        const length = end - start
        isWanted = isKept || isMarked || length === 2 || (length >= 5 && length <= 12)
        if (!isWanted) return
        attributeName = lowered(part, start, end)
        isWanted = isKept || isMarked || NAMES_ON_ANY_TAG.has(attributeName)
        value = ''
      },
      onattribdata(start, end) {
        if (isWanted && value.length < ATTRIBUTE_HEAD)
          value += part.slice(start, Math.min(end, start + ATTRIBUTE_HEAD - value.length))
      },
      onattribentity(codePoint) {
        if (isWanted && value.length < ATTRIBUTE_HEAD) value += String.fromCodePoint(codePoint)
      },
      onattribend() {
        if (!isWanted) return
        if (attributeName === 'style') style = value
        if (attributeName === 'hidden') isHiddenHere = true
        if (attributeName === 'id' && isMarkedId(value)) isMarked = true
        if (attributeName === 'class' && isMarkedClass(value)) isMarked = true
        // The first of two attributes of one name counts, as in browsers.
        if (!attributes.has(attributeName)) attributes.set(attributeName, value)
      },
      onopentagend: () => openElement(false),
      onselfclosingtag: () => openElement(true),
      onclosetag(start, end) {
        closeElement(lowered(part, start, end))
      },
      ontext(start, end) {
        addText(part, start, end)
      },
      ontextentity(codePoint) {
        const character = String.fromCodePoint(codePoint)
        addText(character, 0, character.length)
      },
      oncdata() {},
      oncomment() {},
      ondeclaration() {},
      onend() {},
      onprocessinginstruction() {},
    }

    function openElement(isSelfClosing: boolean): void {
      if (svgDepth === 0 && templateDepth === 0) countElement()
      if (style !== '' && HIDING_STYLE.test(style)) isHiddenHere = true
      if (BOX_TAGS.has(tag)) openBox()
      if (tag === 'form') form = forms++
      if ((isKept || (isMarked && markedCount < MARKED_KEPT)) && svgDepth === 0 && templateDepth === 0) keepElement()
      if (mute === '' && MUTE_TAGS.has(tag)) {
        mute = tag
        if (tag === 'script' && scripts.length < SCRIPTS_KEPT && svgDepth === 0) scripts.push('')
      } else if (!isSelfClosing) {
        if (tag === 'svg') svgDepth++
        else if (tag === 'template') templateDepth++
        else if (tag === 'noscript') noscriptDepth++
      }
      isApart = true
    }

    function countElement(): void {
      if (noscriptDepth > 0) return
      elementCount++
      if (tag === 'a') links++
    }

    function openBox(): void {
      boxDepth++
      if (hiddenFrom === 0 && isHiddenHere) hiddenFrom = boxDepth
      if (shownFrom === 0 && SHOWING_STYLE.test(style)) shownFrom = boxDepth
    }

    function keepElement(): void {
      if (!isKept) markedCount++
      const element: PageElement = {
        tag,
        attributes,
        isHidden: isHiddenHere || hiddenFrom > 0,
        isShown: shownFrom > 0,
        isNoscript: noscriptDepth > 0,
        form,
      }
      elements.push(element)
      const sameTag = byTag.get(tag)
      if (sameTag === undefined) byTag.set(tag, [element])
      else sameTag.push(element)
      attributes = new Map()
    }

    function closeElement(closed: string): void {
      if (mute !== '') {
        if (closed === mute) mute = ''
      } else if (closed === 'svg') svgDepth = Math.max(0, svgDepth - 1)
      else if (closed === 'template') templateDepth = Math.max(0, templateDepth - 1)
      else if (closed === 'noscript') noscriptDepth = Math.max(0, noscriptDepth - 1)
      else if (BOX_TAGS.has(closed)) closeBox(closed)
      isApart = true
    }

    function closeBox(closed: string): void {
      if (closed === 'form') form = undefined
      if (boxDepth === hiddenFrom) hiddenFrom = 0
      if (boxDepth === shownFrom) shownFrom = 0
      boxDepth = Math.max(0, boxDepth - 1)
    }

    function addText(source: string, start: number, end: number): void {
      if (svgDepth > 0 || templateDepth > 0) return
      if (mute === '') addVisible(source, start, end)
      else if (mute === 'script') addScript(source, start, end)
      else if (mute === 'title' && title.length < TITLE_HEAD)
        title += source.slice(start, Math.min(end, start + TITLE_HEAD))
    }

    function addScript(source: string, start: number, end: number): void {
      const last = scripts.length - 1
      const head = scripts[last]
      if (head !== undefined && head.length < SCRIPT_HEAD)
        scripts[last] = head + source.slice(start, Math.min(end, start + SCRIPT_HEAD - head.length))
    }

    function addVisible(source: string, start: number, end: number): void {
      const isNoscript = noscriptDepth > 0
      const isWanted = (isNoscript ? noscriptText : text).length < TEXT_HEAD
      const isCounted = !isNoscript && hiddenFrom === 0 && characters < CHARACTERS_COUNTED
      if (!isWanted && !isCounted) return
      const count = countVisible(source, start, end)
      // Old challenges hide kilobytes of puzzle in a box.
      if (isCounted) characters += count
      if (!isWanted || count === 0) {
        isApart = true
        return
      }
      const piece = (isApart ? ' ' : '') + source.slice(start, Math.min(end, start + TEXT_HEAD))
      isApart = false
      if (isNoscript) noscriptText += piece
      else text += piece
    }

    const tokenizer = new Tokenizer({ decodeEntities: true }, callbacks)
    tokenizer.write(part)
    tokenizer.end()
  }
}

/** Attributes that are read on every element: they can mark it or hide it. */
const NAMES_ON_ANY_TAG: ReadonlySet<string> = new Set(['id', 'class', 'style', 'hidden', 'data-sitekey', 'data-size'])

function lowered(part: string, start: number, end: number): string {
  // No name we look for is longer, and a megabyte of name must cost nothing.
  return part.slice(start, Math.min(end, start + 64)).toLowerCase()
}

function countVisible(source: string, start: number, end: number): number {
  let count = 0
  for (let index = start; index < end; index++) {
    const code = source.charCodeAt(index)
    if (code > 32 && code !== 160) count++
  }
  return count
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
