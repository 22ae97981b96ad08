import fc from 'fast-check'
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2'
import { expect, test } from 'vitest'
import { hashOfName, type HtmlHandler, scanHtml } from './scan-html.ts'

/** What both scanners are asked for, as lines: tags with their attributes, comments, and text without its pieces' borders. */
type Event = string

const RAW = new Set(['script', 'style', 'title', 'textarea'])

test.for([
  '<p class="a b" id=x hidden>one &amp; two</p>',
  '<a href=/a/b/>x</a><br/><img src=x / alt = "y">',
  "<a title='it\"s' href=>x</a>",
  'a < b, 1 <2, <3 <- </ > <',
  '<!-- a <b> -- --><!----><!-->x<!--->y<!doctype html><?php echo 1 ?>z',
  '<script>if (a</b) "</scr" + "<p>"</script ><p>after',
  '<title>a <b> &lt; c</title><textarea></text</textarea>t',
  '<style>a>b{}</style><STYLE></style></STYLE>u',
  '<div\n\tclass\n=\n"a"\n>v</div\n>w',
  '<p a=1 a=2 b c=">" d=\'<\'>x',
  '<svg><title>t</title><a/></svg>y',
])('finds in %j what htmlparser2 finds', (html) => {
  expect(ours(html)).toEqual(theirs(html))
})

const attribute = fc.oneof(
  fc.constantFrom(
    ' a',
    ' class="x y"',
    " id='q'",
    ' href=/a?b=1&c',
    ' x = "1"',
    ' Data-Size=Big',
    '\nhidden',
    ' s="a>b"',
  ),
)
const name = fc.constantFrom('p', 'DIV', 'a', 'span', 'b', 'iframe2', 'x-y')
const piece = fc.oneof(
  fc
    .tuple(name, fc.array(attribute, { maxLength: 3 }), fc.constantFrom('>', ' >', '/>'))
    .map(([tag, attributes, end]) => `<${tag}${attributes.join('')}${end}`),
  name.map((tag) => `</${tag}>`),
  fc.constantFrom(
    'text',
    ' ',
    '&amp;',
    '<',
    '< b',
    'a<3',
    '<!-- c -->',
    '<!-- <p> -->',
    '<!doctype html>',
    '<script>x<p></script>',
    '<title>t&lt;</title>',
    '<style>a>b</style>',
    '\u{1f600}',
    '\ud800',
  ),
)

test('finds what htmlparser2 finds in any page made of these pieces', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const html = `${pieces.join('')}<p>`
      expect(ours(html)).toEqual(theirs(html))
    }),
    { numRuns: 2000, seed: 11 },
  )
})

const noise = fc.constantFrom(
  '<',
  '>',
  '/',
  '"',
  "'",
  '=',
  ' ',
  '!',
  '-',
  '?',
  'a',
  '</script',
  '<script',
  '<!--',
  '-->',
  '\0',
  '\ud800',
  '&#x41',
  ']]>',
)

test('whatever the input, goes forward only, stays inside it, and reports every position once', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.array(noise, { maxLength: 80 }).map((parts) => parts.join('')),
      ),
      (html) => {
        let position = 0
        const forward = (start: number, end: number): void => {
          expect(start).toBeGreaterThanOrEqual(position)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(html.length)
          position = end
        }
        scanHtml(html, {
          text: forward,
          openTag: forward,
          attribute: (start, end, valueStart, valueEnd) => {
            forward(start, end)
            if (valueStart !== -1) forward(valueStart, valueEnd)
          },
          openTagEnd: () => '',
          closeTag: forward,
          comment: forward,
        })
      },
    ),
    { numRuns: 2000, seed: 12 },
  )
})

test('hashes names alike in any case', () => {
  expect(hashOfName('iFrame')).toBe(hashOfName('IFRAME'))
  expect(hashOfName('a')).not.toBe(hashOfName('b'))
})

/** Steps are calls of the scanner and the characters it hands over: a scan that looks back would make more of them. */
test.for([
  ['tags that never close', '<a '],
  ['quotes that never close', '<a b="'],
  ['comments that never close', '<!-- '],
  ['scripts that never close', '<script></scrip '],
  ['close tags that never close', '</a '],
  ['attributes', '<a b=1 '],
  ['signs', '< '],
] as const)('makes twice the steps for twice as much of %s', ([, unit]) => {
  const few = steps(unit.repeat(1000))
  const many = steps(unit.repeat(2000))
  expect(many).toBeLessThanOrEqual(2 * few + 10)
})

function steps(html: string): number {
  let count = 0
  const span = (start: number, end: number): void => {
    count += 1 + end - start
  }
  scanHtml(html, {
    text: span,
    openTag: span,
    attribute: (start, end, _, valueEnd) => span(start, Math.max(end, valueEnd)),
    openTagEnd: () => 'script',
    closeTag: span,
    comment: span,
  })
  return count
}

function ours(html: string): readonly Event[] {
  const events: Event[] = []
  let tag = ''
  const handler: HtmlHandler = {
    text: (start, end) => addText(events, html.slice(start, end)),
    openTag(start, end) {
      tag = html.slice(start, end).toLowerCase()
      events.push(`<${tag}>`)
    },
    attribute(nameStart, nameEnd, valueStart, valueEnd) {
      const value = valueStart === -1 ? '' : html.slice(valueStart, valueEnd)
      events.push(`@${html.slice(nameStart, nameEnd).toLowerCase()}=${value}`)
    },
    openTagEnd: () => (RAW.has(tag) ? tag : ''),
    closeTag: (start, end) => void events.push(`</${html.slice(start, end).toLowerCase()}>`),
    comment: (start, end) => void events.push(`<!--${html.slice(start, end)}-->`),
  }
  scanHtml(html, handler)
  return events
}

function theirs(html: string): readonly Event[] {
  const events: Event[] = []
  let attributeName = ''
  let value = ''
  const callbacks: TokenizerCallbacks = {
    ontext: (start, end) => addText(events, html.slice(start, end)),
    ontextentity() {},
    onopentagname: (start, end) => void events.push(`<${html.slice(start, end).toLowerCase()}>`),
    onattribname(start, end) {
      attributeName = html.slice(start, end).toLowerCase()
      value = ''
    },
    onattribdata: (start, end) => void (value += html.slice(start, end)),
    onattribentity() {},
    onattribend: () => void events.push(`@${attributeName}=${value}`),
    onopentagend() {},
    onselfclosingtag() {},
    onclosetag: (start, end) => void events.push(`</${html.slice(start, end).toLowerCase()}>`),
    oncomment: (start, end, offset) => {
      // What is no comment but ends like one, `</ >` and `<? ?>`, htmlparser2 reports as one.
      if (end - offset > start && html.startsWith('<!--', start - 4))
        events.push(`<!--${html.slice(start, end - offset)}-->`)
    },
    oncdata() {},
    ondeclaration() {},
    onprocessinginstruction() {},
    onend() {},
  }
  const tokenizer = new Tokenizer({ decodeEntities: false }, callbacks)
  tokenizer.write(html)
  tokenizer.end()
  return events
}

function addText(events: Event[], text: string): void {
  const last = events.at(-1)
  if (last?.startsWith('#')) events[events.length - 1] = last + text
  else events.push(`#${text}`)
}
