/** Lines and leaves shorter than this are too common to be redacted by themselves. */
const SMALLEST_PART = 8

/** Longer values are looked for in the usual encodings alone: all of them would take seconds and hundreds of MB. */
const LONG_VALUE = 8192

type HexCase = (digits: string) => string
const upperCase: HexCase = (digits) => digits.toUpperCase()
const HEX_CASES: readonly HexCase[] = [upperCase, (digits) => digits.toLowerCase()]

/**
 * Every text that gives a secret away: its value as it is and as common tools encode it; of a value of several lines
 * also each line, and of a JSON value each of its strings, when they have 8 characters or more.
 */
export function tellingTexts(value: string): Set<string> {
  // Encoders refuse halves of characters; a leaf of JSON can be one even if the value is not.
  const parts = [...partsOf(value)].map((part) => part.toWellFormed())
  if (value.length > LONG_VALUE) return new Set([...usualEncodingsOf(value.toWellFormed()), ...parts])
  return new Set(parts.flatMap(encodingsOf))
}

function partsOf(value: string): Set<string> {
  const parts = new Set([value])
  const lines = value.split(/[\r\n]+/u)
  if (lines.length > 1) {
    // The same value with the line ends of the other world encodes to other bytes.
    const normal = value.replaceAll(/\r\n?/gu, '\n')
    parts.add(normal).add(normal.replaceAll('\n', '\r\n'))
  }
  for (const line of lines.map((text) => text.trim())) if (line.length >= SMALLEST_PART) parts.add(line)
  for (const leaf of jsonLeaves(value)) for (const part of partsOf(leaf)) parts.add(part)
  return parts
}

function jsonLeaves(value: string): string[] {
  if (!/^[[{]/u.test(value)) return []
  const leaves: string[] = []
  try {
    JSON.parse(value, (_name, leaf: unknown) => {
      if (typeof leaf === 'string' && leaf.trim().length >= SMALLEST_PART) leaves.push(leaf.trim())
      return leaf
    })
  } catch {
    // Not JSON after all: then it has no leaves.
  }
  // A leaf that looks like JSON itself is taken as text, so that nesting cannot grow without end.
  return leaves.filter((leaf) => !/^[[{]/u.test(leaf))
}

function encodingsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  return [text, ...json(text), ...html(text), ...percent(text), ...shell(text), ...hex(bytes), ...base64(bytes)]
}

function usualEncodingsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  return [text, JSON.stringify(text).slice(1, -1), bytes.toString('hex'), ...base64(bytes)]
}

function json(text: string): string[] {
  const escaped = JSON.stringify(text).slice(1, -1)
  return [
    escaped,
    // A JSON document inside a JSON string, as logs of requests hold it.
    JSON.stringify(escaped).slice(1, -1),
    escaped.replaceAll('/', String.raw`\/`),
    // Encoders that keep to ASCII, and those that make JSON safe inside HTML.
    ...[/[^ -~]/gu, /[<>&]|[^ -~]/gu, /[<>&\u2028\u2029]/gu].flatMap((characters) =>
      HEX_CASES.map((inCase) => escaped.replaceAll(characters, (character) => unicodeEscape(character, inCase))),
    ),
  ]
}

function unicodeEscape(character: string, inCase: HexCase): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => String.raw`\u${inCase(unit.toString(16).padStart(4, '0'))}`)
    .join('')
}

function html(text: string): string[] {
  const basic = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = ['&quot;', '&#34;', '&#x22;'].map((entity) => basic.replaceAll('"', entity))
  const apostrophes = ['&#39;', '&#x27;', '&apos;', '&#039;']
  return [
    basic,
    ...quoted,
    ...[basic, ...quoted].flatMap((escaped) => apostrophes.map((entity) => escaped.replaceAll("'", entity))),
  ]
}

function percent(text: string): string[] {
  const component = encodeURIComponent(text)
  const strict = percentEscaped(component, /[!'()*]/gu, upperCase)
  const variants = [
    component,
    strict,
    component.replaceAll('%20', '+'),
    // As forms are encoded (WHATWG URL, application/x-www-form-urlencoded).
    new URLSearchParams([['', text]]).toString().slice(1),
    // With the characters left alone that a path, or a whole URL, may hold.
    strict.replaceAll('%2F', '/'),
    encodeURI(text),
  ]
  return variants.flatMap((variant) => [variant, variant.replaceAll(/%[\dA-F]{2}/gu, (code) => code.toLowerCase())])
}

function percentEscaped(text: string, characters: RegExp, inCase: HexCase): string {
  return text.replaceAll(characters, (character) => `%${inCase(character.charCodeAt(0).toString(16))}`)
}

function shell(text: string): string[] {
  return [
    text.replaceAll("'", String.raw`'\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll(/["$\\`]/gu, String.raw`\$&`),
    // As bash's printf %q writes, and inside $'...'.
    text.replaceAll(/[^\w%+,./:=@^\-\n\u0080-\u{10ffff}]/gu, String.raw`\$&`),
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(String.raw`\"`, '"')
      .replaceAll("'", String.raw`\'`),
  ]
}

function hex(bytes: Buffer): string[] {
  const lower = bytes.toString('hex')
  return [lower, lower.toUpperCase()]
}

/**
 * The characters of base64 that depend on these bytes alone, whatever stands around them, for each of the three ways in
 * which they can be aligned; and those at the very end, which hold fewer bits.
 */
function base64(bytes: Buffer): string[] {
  const texts = [0, 1, 2].flatMap((before) => {
    const start = Math.ceil((before * 8) / 6)
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(start)
    const stable = Math.floor(((before + bytes.length) * 8) / 6) - start
    return [text.slice(0, stable), text.replaceAll('=', ''), text]
  })
  const inUrl = HEX_CASES.map((inCase) => percentEscaped(bytes.toString('base64'), /[+/=]/gu, inCase))
  return [...texts, ...texts.map(base64Url), ...inUrl]
}

function base64Url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}
