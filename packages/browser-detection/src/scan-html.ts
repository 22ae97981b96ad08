/** Receives what {@link scanHtml} finds, as positions in the scanned text. */
export interface HtmlHandler {
  /** Text between tags, entities not decoded. */
  text(start: number, end: number): void
  /** The name of an open tag, with {@link hashOfName} of it. */
  openTag(start: number, end: number, hash: number): void
  /** One attribute of that tag, its value without quotes; both value positions are -1 where it has none. */
  attribute(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void
  /** The end of that tag. Gives its name in lower case where its content is no markup (`script`), else `''`. */
  openTagEnd(isSelfClosing: boolean): string
  closeTag(start: number, end: number, hash: number): void
  comment(start: number, end: number): void
}

const SLASH = 0x2f
const EQUALS = 0x3d
const GREATER = 0x3e
const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27
const HASH_BITS = 0x3fff_ffff

/**
 * Finds tags, attributes, comments and text in HTML, by the tokenization rules of the HTML standard as far as they decide where
 * one ends. It goes forward only and every search that fails ends the scan, so that no input costs more than linear time.
 */
export function scanHtml(html: string, handler: HtmlHandler): void {
  let textStart = 0
  let position = 0
  for (;;) {
    const open = html.indexOf('<', position)
    if (open === -1 || !opensMarkup(html, open)) {
      if (open === -1) break
      position = open + 1
      continue
    }
    if (open > textStart) handler.text(textStart, open)
    position = scanMarkup(html, open, handler)
    textStart = position
  }
  if (html.length > textStart) handler.text(textStart, html.length)
}

/** Number of a tag name, the same in any case; different names may share one. */
export function hashOfName(name: string): number {
  let hash = 0
  for (let index = 0; index < name.length; index++) hash = hashed(hash, name.charCodeAt(index))
  return hash
}

function hashed(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 32)) & HASH_BITS
}

/** Whether a `<` begins markup: `a < b` does not. */
function opensMarkup(html: string, open: number): boolean {
  const code = html.charCodeAt(open + 1)
  return isLetter(code) || code === 0x21 || code === 0x3f || (code === SLASH && open + 2 < html.length)
}

/** Reads the markup at a `<` and gives the position after it. */
function scanMarkup(html: string, open: number, handler: HtmlHandler): number {
  const code = html.charCodeAt(open + 1)
  if (isLetter(code)) return scanOpenTag(html, open + 1, handler)
  if (code === SLASH && isLetter(html.charCodeAt(open + 2))) return scanCloseTag(html, open + 2, handler)
  if (html.startsWith('<!--', open)) return scanComment(html, open, handler)
  return after(html.indexOf('>', open), 1, html)
}

function scanComment(html: string, open: number, handler: HtmlHandler): number {
  const start = open + 4
  // `<!-->` and `<!--->` are whole comments.
  const dashes = html.indexOf('-->', open + 2)
  if (dashes === -1) return html.length
  const bang = html.slice(start, dashes).indexOf('--!>')
  const end = bang === -1 ? dashes : start + bang
  if (end > start) handler.comment(start, end)
  return bang === -1 ? dashes + 3 : end + 4
}

function scanCloseTag(html: string, start: number, handler: HtmlHandler): number {
  let hash = 0
  let index = start
  for (let code = html.charCodeAt(index); index < html.length && !endsName(code); code = html.charCodeAt(++index))
    hash = hashed(hash, code)
  const greater = html.indexOf('>', index)
  if (greater === -1) return html.length
  handler.closeTag(start, index, hash)
  return greater + 1
}

function scanOpenTag(html: string, start: number, handler: HtmlHandler): number {
  let hash = 0
  let index = start
  for (let code = html.charCodeAt(index); index < html.length && !endsName(code); code = html.charCodeAt(++index))
    hash = hashed(hash, code)
  handler.openTag(start, index, hash)
  let isAfterSlash = false
  while (index < html.length) {
    const code = html.charCodeAt(index)
    if (code === GREATER) {
      const raw = handler.openTagEnd(isAfterSlash)
      return raw === '' ? index + 1 : scanRawText(html, index + 1, raw, handler)
    }
    if (code === SLASH || isSpace(code)) {
      isAfterSlash = code === SLASH
      index++
    } else {
      isAfterSlash = false
      index = scanAttribute(html, index, handler)
    }
  }
  return html.length
}

function scanAttribute(html: string, start: number, handler: HtmlHandler): number {
  let index = start + 1
  for (let code = html.charCodeAt(index); index < html.length; code = html.charCodeAt(++index))
    if (code === EQUALS || endsName(code)) break
  const nameEnd = index
  const sign = afterSpaces(html, index)
  if (html.charCodeAt(sign) !== EQUALS) {
    handler.attribute(start, nameEnd, -1, -1)
    return sign
  }
  const valueStart = afterSpaces(html, sign + 1)
  const quote = html.charCodeAt(valueStart)
  if (quote === DOUBLE_QUOTE || quote === SINGLE_QUOTE) {
    const close = html.indexOf(quote === DOUBLE_QUOTE ? '"' : "'", valueStart + 1)
    if (close === -1) return html.length
    handler.attribute(start, nameEnd, valueStart + 1, close)
    return close + 1
  }
  let valueEnd = valueStart
  for (let code = quote; valueEnd < html.length && code !== GREATER && !isSpace(code);)
    code = html.charCodeAt(++valueEnd)
  handler.attribute(start, nameEnd, valueStart, valueEnd)
  return valueEnd
}

/** Content that is no markup ends at the close tag of its own element alone. */
function scanRawText(html: string, start: number, name: string, handler: HtmlHandler): number {
  let close = name === 'plaintext' ? -1 : html.indexOf('</', start)
  while (close !== -1 && !isNameAt(html, close + 2, name)) close = html.indexOf('</', close + 2)
  const end = close === -1 ? html.length : close
  if (end > start) handler.text(start, end)
  return end
}

/** Whether a whole tag name stands at a position, in any case. */
function isNameAt(html: string, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index++)
    if ((html.charCodeAt(start + index) | 32) !== name.charCodeAt(index)) return false
  const next = start + name.length
  return next < html.length && endsName(html.charCodeAt(next))
}

function afterSpaces(html: string, start: number): number {
  let index = start
  while (isSpace(html.charCodeAt(index))) index++
  return index
}

function after(index: number, width: number, html: string): number {
  return index === -1 ? html.length : index + width
}

function endsName(code: number): boolean {
  return code === GREATER || code === SLASH || isSpace(code)
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b)
}

function isLetter(code: number): boolean {
  const lower = code | 32
  return lower >= 0x61 && lower <= 0x7a
}
