import { decodeHTML, decodeHTMLAttribute } from 'entities/decode'
import { markedClasses, markedId } from './marked-names.ts'
import type { Page, PageElement } from './page.ts'
import { type PageTag, tagAt } from './page-tags.ts'
import { type HtmlHandler, scanHtml } from './scan-html.ts'

const ATTRIBUTE_HEAD = 2048
const ATTRIBUTES_KEPT = 60
const SCRIPT_HEAD = 2048
const TEXT_HEAD = 4096
const TITLE_HEAD = 512
const SCRIPTS_KEPT = 80
const COMMENT_HEAD = 512
const COMMENTS_KEPT = 20
const MARKED_KEPT = 100
/** Counting stops soon after: a page with so much text is full. */
const CHARACTERS_COUNTED = 12_000
const AMPERSAND = 0x26

const HIDING_STYLE = /(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)/i
const SHOWING_STYLE = /visibility\s{0,9}:\s{0,9}visible/i

/**
 * Reads a page in one pass, in time linear in its length and without building a tree.
 * Of a page over `maxLength` characters, the first three quarters of that and the last quarter are read.
 */
export function readPage(html: string, maxLength: number): Page {
  const reader = new PageReader()
  if (html.length <= maxLength) {
    reader.read(html)
    return reader.finish(false)
  }
  const headLength = Math.floor(maxLength * 0.75)
  reader.read(withoutHalfTag(html.slice(0, headLength)))
  reader.read(fromTag(html.slice(html.length - (maxLength - headLength))))
  return reader.finish(true)
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

class PageReader implements HtmlHandler {
  readonly #elements: PageElement[] = []
  readonly #byTag = new Map<string, PageElement[]>()
  readonly #byMark = new Map<string, PageElement[]>()
  readonly #scripts: string[] = []
  readonly #comments: string[] = []
  readonly #furniture = new Set<string>()
  #title = ''
  #text = ''
  #noscriptText = ''
  #elementCount = 0
  #links = 0
  #characters = 0
  #markedCount = 0
  #forms = 0

  #html = ''
  #tag: PageTag | undefined
  #isKept = false
  #attributes = new Map<string, string>()
  #markedId: string | undefined
  #markedClasses: readonly string[] | undefined
  #style = ''
  #isHiddenHere = false

  /** The mute element whose text is being read. */
  #mute = ''
  #svgDepth = 0
  #templateDepth = 0
  #noscriptDepth = 0
  #boxDepth = 0
  #hiddenFrom = 0
  #shownFrom = 0
  #form: number | undefined

  read(html: string): void {
    this.#html = html
    this.#mute = ''
    this.#svgDepth = this.#templateDepth = this.#noscriptDepth = 0
    this.#boxDepth = this.#hiddenFrom = this.#shownFrom = 0
    this.#form = undefined
    scanHtml(html, this)
  }

  finish(isCut: boolean): Page {
    const [text, noscriptText] = [this.#text, this.#noscriptText]
    const title = collapsed(this.#title)
    // Most pages are judged without a look at their text.
    let collapsedText: string | undefined
    let collapsedNoscript: string | undefined
    return {
      title,
      get text() {
        return (collapsedText ??= collapsed(text) || title)
      },
      get noscriptText() {
        return (collapsedNoscript ??= collapsed(noscriptText))
      },
      scripts: this.#scripts,
      comments: this.#comments,
      elements: this.#elements,
      byTag: this.#byTag,
      byMark: this.#byMark,
      furniture: this.#furniture,
      shape: { elements: this.#elementCount, links: this.#links, characters: this.#characters },
      isCut,
    }
  }

  openTag(start: number, end: number, hash: number): void {
    this.#tag = tagAt(this.#html, start, end, hash)
    this.#isKept =
      this.#tag !== undefined &&
      this.#tag.room > 0 &&
      this.#isDrawn &&
      (this.#byTag.get(this.#tag.name)?.length ?? 0) < this.#tag.room
    this.#style = ''
    this.#isHiddenHere = false
    this.#markedId = this.#markedClasses = undefined
    if (this.#isKept || this.#attributes.size > 0) this.#attributes = new Map()
  }

  attribute(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const name = this.#isKept
      ? this.#html.slice(nameStart, Math.min(nameEnd, nameStart + 64)).toLowerCase()
      : nameOnAnyTag(this.#html, nameStart, nameEnd)
    if (name === undefined) return
    if (name === 'id' && this.#markedId === undefined) this.#markedId = markedId(this.#html, valueStart, valueEnd) ?? ''
    if (name === 'class') this.#markedClasses ??= markedClasses(this.#html, valueStart, valueEnd)
    if (name === 'hidden') this.#isHiddenHere = true
    if (name === 'style') this.#style = this.#value(valueStart, valueEnd)
    // The first of two attributes of one name counts, as in browsers.
    if (
      (this.#isKept || name.startsWith('data-')) &&
      this.#attributes.size < ATTRIBUTES_KEPT &&
      !this.#attributes.has(name)
    )
      this.#attributes.set(name, this.#value(valueStart, valueEnd))
  }

  openTagEnd(isSelfClosing: boolean): string {
    const tag = this.#tag
    if (this.#isDrawn) this.#count(tag)
    if (this.#style !== '' && HIDING_STYLE.test(this.#style)) this.#isHiddenHere = true
    if (tag?.isBox) this.#openBox()
    if (tag?.name === 'form') this.#form = this.#forms++
    if (this.#isDrawn && (this.#isKept || (this.#markedCount < MARKED_KEPT && this.#isMarked))) this.#keep(tag)
    if (tag === undefined) return ''
    if (tag.isMute) this.#openMute(tag)
    else if (!isSelfClosing) this.#deepen(tag.name, 1)
    return tag.isRaw ? tag.name : ''
  }

  closeTag(start: number, end: number, hash: number): void {
    const tag = tagAt(this.#html, start, end, hash)
    if (tag === undefined) return
    if (this.#mute !== '') {
      if (tag.name === this.#mute) this.#mute = ''
    } else if (tag.isBox) this.#closeBox(tag.name)
    else this.#deepen(tag.name, -1)
  }

  text(start: number, end: number): void {
    if (!this.#isDrawn) return
    if (this.#mute === '') this.#addVisible(start, end)
    else if (this.#mute === 'script') this.#addScript(start, end)
    else if (this.#mute === 'title' && this.#title.length < TITLE_HEAD)
      this.#title += decodeHTML(this.#html.slice(start, Math.min(end, start + TITLE_HEAD)))
  }

  comment(start: number, end: number): void {
    if (this.#comments.length < COMMENTS_KEPT)
      this.#comments.push(this.#html.slice(start, Math.min(end, start + COMMENT_HEAD)))
  }

  /** Whether what is being read belongs to the page, and not to a drawing or a template in it. */
  get #isDrawn(): boolean {
    return this.#svgDepth === 0 && this.#templateDepth === 0
  }

  get #isMarked(): boolean {
    return (this.#markedId ?? '') !== '' || (this.#markedClasses?.length ?? 0) > 0
  }

  #value(start: number, end: number): string {
    if (start === -1) return ''
    const value = this.#html.slice(start, Math.min(end, start + ATTRIBUTE_HEAD))
    return value.includes('&') ? decodeHTMLAttribute(value) : value
  }

  #count(tag: PageTag | undefined): void {
    if (this.#noscriptDepth > 0) return
    this.#elementCount++
    if (tag === undefined) return
    if (tag.name === 'a') this.#links++
    if (tag.isFurniture) this.#furniture.add(tag.name)
  }

  #openBox(): void {
    this.#boxDepth++
    if (this.#hiddenFrom === 0 && this.#isHiddenHere) this.#hiddenFrom = this.#boxDepth
    if (this.#shownFrom === 0 && this.#style !== '' && SHOWING_STYLE.test(this.#style)) this.#shownFrom = this.#boxDepth
  }

  #closeBox(name: string): void {
    if (name === 'form') this.#form = undefined
    if (this.#boxDepth === this.#hiddenFrom) this.#hiddenFrom = 0
    if (this.#boxDepth === this.#shownFrom) this.#shownFrom = 0
    this.#boxDepth = Math.max(0, this.#boxDepth - 1)
  }

  #openMute(tag: PageTag): void {
    this.#mute = tag.name
    if (tag.name === 'script' && this.#scripts.length < SCRIPTS_KEPT && this.#svgDepth === 0) this.#scripts.push('')
  }

  #deepen(name: string, by: 1 | -1): void {
    if (name === 'svg') this.#svgDepth = Math.max(0, this.#svgDepth + by)
    else if (name === 'template') this.#templateDepth = Math.max(0, this.#templateDepth + by)
    else if (name === 'noscript') this.#noscriptDepth = Math.max(0, this.#noscriptDepth + by)
  }

  #keep(tag: PageTag | undefined): void {
    if (!this.#isKept) this.#markedCount++
    const element: PageElement = {
      tag: tag?.name ?? '',
      attributes: this.#attributes,
      isHidden: this.#isHiddenHere || this.#hiddenFrom > 0,
      isShown: this.#shownFrom > 0,
      isNoscript: this.#noscriptDepth > 0,
      form: this.#form,
    }
    this.#attributes = new Map()
    this.#elements.push(element)
    if (element.tag !== '') addTo(this.#byTag, element.tag, element)
    if ((this.#markedId ?? '') !== '') addTo(this.#byMark, `#${this.#markedId}`, element)
    for (const name of this.#markedClasses ?? []) addTo(this.#byMark, `.${name}`, element)
  }

  #addScript(start: number, end: number): void {
    const last = this.#scripts.length - 1
    if (this.#scripts[last] === '') this.#scripts[last] = this.#html.slice(start, Math.min(end, start + SCRIPT_HEAD))
  }

  #addVisible(start: number, end: number): void {
    const isNoscript = this.#noscriptDepth > 0
    const isWanted = (isNoscript ? this.#noscriptText : this.#text).length < TEXT_HEAD
    // Old challenges hide kilobytes of puzzle in a box.
    const isCounted = !isNoscript && this.#hiddenFrom === 0 && this.#characters < CHARACTERS_COUNTED
    if (!isWanted && !isCounted) return
    const { count, hasEntity } = measured(this.#html, start, end)
    if (count === 0) return
    if (!hasEntity && !isWanted) {
      this.#characters += count
      return
    }
    const head = this.#html.slice(start, Math.min(end, start + TEXT_HEAD))
    const text = hasEntity ? decodeHTML(head) : head
    if (isCounted) this.#characters += hasEntity ? measured(text, 0, text.length).count : count
    if (!isWanted) return
    if (isNoscript) this.#noscriptText += ` ${text}`
    else this.#text += ` ${text}`
  }
}

/** Attributes that are read on every element, by length: they can mark it, hide it or say what its widget is. */
const NAMES_ON_ANY_TAG: ReadonlyMap<number, readonly string[]> = Map.groupBy(
  ['id', 'class', 'style', 'hidden', 'data-sitekey', 'data-size'],
  ({ length }) => length,
)

function nameOnAnyTag(html: string, start: number, end: number): string | undefined {
  const names = NAMES_ON_ANY_TAG.get(end - start)
  if (names === undefined) return undefined
  const first = html.charCodeAt(start) | 32
  const name = names.find((candidate) => candidate.charCodeAt(0) === first)
  return name !== undefined && html.slice(start, end).toLowerCase() === name ? name : undefined
}

function addTo(map: Map<string, PageElement[]>, key: string, element: PageElement): void {
  const elements = map.get(key)
  if (elements === undefined) map.set(key, [element])
  else elements.push(element)
}

/** Counts visible characters and looks for entities, in one go. */
function measured(source: string, start: number, end: number): { readonly count: number; readonly hasEntity: boolean } {
  let count = 0
  let hasEntity = false
  for (let index = start; index < end; index++) {
    const code = source.charCodeAt(index)
    if (code > 32 && code !== 160) count++
    if (code === AMPERSAND) hasEntity = true
  }
  return { count, hasEntity }
}

function collapsed(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim()
  // Of JSON the lines are escaped, which would glue a letter to the word that follows.
  return /^[{[]/.test(plain) ? plain.replace(/\\[nrt]/g, ' ') : plain
}
