import { expect, test } from 'vitest'
import { readPage } from './read-page.ts'

const read = (html: string): ReturnType<typeof readPage> => readPage(html, 524_288)

test('reads title and visible text with entities decoded and white space collapsed', () => {
  const page = read('<title> Access\n Denied </title><p>Reference&#32;&#35;18&#46;1 &amp; <b>more</b></p>')
  expect(page.title).toBe('Access Denied')
  expect(page.text).toBe('Reference #18.1 & more')
})

test('keeps the text of scripts, styles, comments, templates and noscript out of the visible text', () => {
  const page = read(
    '<script>var a</script><style>b{}</style><!-- c --><template>d</template><noscript>e</noscript><textarea>f</textarea>g',
  )
  expect(page.text).toBe('g')
  expect(page.noscriptText).toBe('e')
  expect(page.scripts).toEqual(['var a'])
})

test('takes the title of the page, not that of a drawing', () => {
  expect(read('<svg><title>Logo</title><a href="x"></a></svg><title>Shop</title>').title).toBe('Shop')
})

test('measures elements, links and visible characters', () => {
  const { shape } = read('<div><a href="/a">a b</a><a href="/b">c</a></div><div style="display:none">hidden</div>')
  expect(shape).toEqual({ elements: 4, links: 2, characters: 3 })
})

test('decodes attributes and keeps the first of two', () => {
  const [frame] = read('<IFRAME SRC="/a?b=1&amp;c=2" src="/other"></IFRAME>').elements
  expect(frame?.attributes.get('src')).toBe('/a?b=1&c=2')
})

test('knows what is hidden, shown, and in which form', () => {
  const page = read(
    '<form><input name="a"></form><div style="VISIBILITY:hidden"><form><input name="b"></form></div><input name="c" hidden>',
  )
  const inputs = page.byTag
    .get('input')
    ?.map(({ attributes, isHidden, form }) => [attributes.get('name'), isHidden, form])
  expect(inputs).toEqual([
    ['a', false, 0],
    ['b', true, 1],
    ['c', true, undefined],
  ])
})

test('reads head and tail of a page over the cap, each from a tag on', () => {
  const page = readPage(`<title>Start</title>${'<p>middle</p>'.repeat(1000)}<p>end of all</p>`, 2000)
  expect(page.isCut).toBe(true)
  expect(page.title).toBe('Start')
  expect(page.text).toMatch(/^middle .* end of all$/)
  expect(page.text).not.toMatch(/<|>|p>/)
})

test('reads the head of megabyte values and no more', () => {
  const page = readPage(
    `<iframe src="${'a'.repeat(1_000_000)}"></iframe><script>${'b'.repeat(1_000_000)}</script>`,
    4_000_000,
  )
  expect(page.elements[0]?.attributes.get('src')?.length).toBeLessThan(4096)
  expect(page.scripts[0]?.length).toBeLessThan(4096)
})
