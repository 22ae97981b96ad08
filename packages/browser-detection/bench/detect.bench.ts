import { Parser, Tokenizer, type TokenizerCallbacks } from 'htmlparser2'
import { expect, test } from 'vitest'
import { detectBlock } from '../src/index.ts'

/** An ordinary shop page of 100 KB: navigation, 200 products with text and pictures, scripts, a form with a captcha. */
const page = ordinaryPage()

test('what does judging a 100 KB page cost beside parsing it?', async ({ bench }) => {
  const detect = detectBlock
  const HtmlParser = Parser
  const HtmlTokenizer = Tokenizer
  expect(detect({ html: page, status: 200 })).toBeUndefined()
  await bench.compare(
    bench('detectBlock', () => {
      if (detect({ html: page, status: 200 }) !== undefined) throw new Error('the page is no block')
    }),
    bench('htmlparser2 Parser alone', () => {
      let tags = 0
      const parser = new HtmlParser({ onopentag: () => void tags++ })
      parser.end(page)
      if (tags === 0) throw new Error('nothing parsed')
    }),
    bench('htmlparser2 Tokenizer alone', () => {
      let tags = 0
      const tokenizer = new HtmlTokenizer({ decodeEntities: true }, { ...IDLE, onopentagname: () => void tags++ })
      tokenizer.write(page)
      tokenizer.end()
      if (tags === 0) throw new Error('nothing parsed')
    }),
  )
})

/** Hostile pages: what is linear costs four times as much for four times the page. */
test.for([
  ['nested boxes', '<div style="display:none">'],
  ['attributes', '<a class="g-recaptcha" b="1" '],
  ['marked elements', '<p id=px-captcha class="g-recaptcha">'],
  ['words of firewalls', 'your request has been blocked denied '],
] as const)('does four times as much of %s cost four times as much?', async ([, unit], { bench }) => {
  const detect = detectBlock
  const [short, long] = [unit.repeat(2 ** 18 / unit.length), unit.repeat(2 ** 20 / unit.length)]
  const options = { maxHtmlLength: 2 ** 21 }
  await bench.compare(
    bench('256 KB', () => void detect({ html: short, status: 403 }, options)),
    bench('1 MB', () => void detect({ html: long, status: 403 }, options)),
  )
})

const ignore = (): void => {}
const IDLE: TokenizerCallbacks = {
  onattribdata: ignore,
  onattribentity: ignore,
  onattribend: ignore,
  onattribname: ignore,
  oncdata: ignore,
  onclosetag: ignore,
  oncomment: ignore,
  ondeclaration: ignore,
  onend: ignore,
  onopentagend: ignore,
  onopentagname: ignore,
  onprocessinginstruction: ignore,
  onselfclosingtag: ignore,
  ontext: ignore,
  ontextentity: ignore,
}

function ordinaryPage(): string {
  const links = Array.from(
    { length: 40 },
    (_, index) => `<li class="nav-item"><a class="nav-link" href="/section/${index}">Section ${index}</a></li>`,
  )
  const scripts = Array.from(
    { length: 12 },
    (_, index) =>
      `<script src="/assets/chunk-${index}.js" defer></script><script>window.chunk${index} = ${'1+'.repeat(400)}0</script>`,
  )
  const head = `<!doctype html><html lang="en"><head><title>Garden tools &amp; more</title><meta charset="utf-8">${scripts.join('\n')}</head>`
  const form =
    '<form action="/newsletter"><input type="email" name="email"><div class="g-recaptcha" data-sitekey="key"></div><button>Join</button></form>'
  const parts = [head, `<body><nav class="top"><ul>${links.join('\n')}</ul></nav><main>`]
  for (let index = 0; parts.join('').length < 100_000 - form.length - 40; index++) parts.push(product(index))
  return `${parts.join('\n')}</main>${form}</body></html>`
}

function product(index: number): string {
  return `<article class="card product" id="product-${index}">
    <a class="card-link" href="/product/${index}?colour=green"><img class="card-image" src="/images/${index}.jpg" alt="Product ${index}" width="320" height="240"></a>
    <h2 class="card-title">Garden tool ${index}</h2>
    <p class="card-text">A sturdy tool of ash and steel that turns heavy soil &mdash; light in the hand, and made to be mended for twenty years.</p>
    <span class="price" data-price="${index}.90">${index}.90 &euro;</span>
  </article>`
}
