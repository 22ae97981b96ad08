import { blockEvidenceSchema, blockReasonSchema, HTML_SNIPPET_MAX_BYTES } from '@agentic/worker-outcome'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { detectBlock, type DetectOptions, inspectPage, type PageSnapshot } from './index.ts'

const challenge: PageSnapshot = {
  html: `<title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script><input value="s3cret"><!--${'é'.repeat(4000)}-->`,
  status: 403,
  headers: { Server: 'cloudflare', 'CF-Mitigated': 'challenge' },
  requestedUrl: 'https://shop.example/orders?token=s3cret',
  finalUrl: 'https://shop.example/orders?token=s3cret',
}

test('an ordinary page is no block', () => {
  expect(detectBlock({ html: '<title>Shop</title><h1>Welcome</h1>' })).toBeUndefined()
  expect(detectBlock({ html: '' })).toBeUndefined()
})

test('P10 a block comes with its evidence: reason, final address, status, snippet and signals', () => {
  const detection = detectBlock(challenge)
  expect(detection).toMatchObject({
    reason: { type: 'fraud-detect', vendor: 'cloudflare' },
    advisories: ['Cloudflare serves this site'],
    counterSignals: [],
    evidence: { finalUrl: 'https://shop.example/orders?token=[cut]', status: 403 },
  })
  expect(detection?.signals).toContain('response header cf-mitigated: challenge')
  expect(detection?.evidence.signals).toEqual(detection?.signals)
  expect(new TextEncoder().encode(detection?.evidence.htmlSnippet).length).toBeLessThanOrEqual(HTML_SNIPPET_MAX_BYTES)
})

test('no value of a query or a field is in what a detection says', () => {
  expect(JSON.stringify(inspectPage(challenge))).not.toContain('s3cret')
})

test('the same page says the same block without its status and headers', () => {
  expect(detectBlock({ html: challenge.html })?.reason).toEqual(detectBlock(challenge)?.reason)
})

test('a weak mark with neither status nor company is no block', () => {
  expect(detectBlock({ html: '<title>Access Denied</title>' })).toBeUndefined()
})

test('a refusal without a name gets that of the one vendor that something hints at', () => {
  const blocked = '<p>Your IP address is blocked.</p>'
  expect(detectBlock({ html: blocked })?.reason).toEqual({ type: 'fraud-detect', vendor: 'unknown' })
  const hinted = detectBlock({ html: `${blocked}<p>security by Cachewall</p>` })
  expect(hinted?.reason).toEqual({ type: 'fraud-detect', vendor: 'cachewall' })
  expect(hinted?.signals).toContain('text "security by Cachewall"')
})

test('an app that needs scripts is no wall, even where its server is ill', () => {
  const html = '<noscript>Please enable JavaScript to continue using this application.</noscript><div id="root"></div>'
  for (const status of [200, 403, 503]) expect(detectBlock({ html, status })).toBeUndefined()
})

test('of a page that says nothing but its title, the title is read, and does not agree with itself', () => {
  const title = '<title>Your request looked suspicious to us and was blocked!</title><img src="/x.svg">'
  expect(detectBlock({ html: title, status: 403 })?.reason.type).toBe('fraud-detect')
  expect(detectBlock({ html: '<title>Sorry, you have been blocked</title>' })).toBeUndefined()
})

test('lines of JSON are lines', () => {
  const html = '{"title":"Error","detail":"429\\nYou have sent too many requests.\\n"}'
  expect(detectBlock({ html })?.reason).toEqual({ type: 'rate-limit' })
})

test('a mark of presence gives no name to a refusal', () => {
  const html = '<p>Your IP address is blocked.</p>'
  expect(detectBlock({ html, headers: { server: 'cloudflare' } })?.reason).toEqual({
    type: 'fraud-detect',
    vendor: 'unknown',
  })
})

test('words of a block page on a page that has ways on or something to fill in are about one, unless the status refuses', () => {
  const words = '<title>Access Denied</title><p>Sorry, you have been blocked. Ray ID: 0123456789abcdef</p>'
  expect(detectBlock({ html: words })?.reason.type).toBe('fraud-detect')
  for (const furniture of [
    '<nav><a href="/">Home</a></nav>',
    '<article>x</article>',
    '<form><textarea name="m"></textarea></form>',
    '<form action="/cart/add"><button>Add</button></form>',
    '<video src="/film.mp4"></video>',
    '<pre>&lt;title&gt;403 Forbidden&lt;/title&gt;</pre>',
    '<pre>HTTP/1.1 403 Forbidden</pre>',
    '<ul><li>403 – you have been blocked</li><li>429 – slow down</li></ul>',
  ]) {
    expect(detectBlock({ html: words + furniture, status: 200 })).toBeUndefined()
    expect(detectBlock({ html: words + furniture, status: 403 })?.reason.type).toBe('fraud-detect')
  }
})

test('passes over the kinds that the caller expects, and says so', () => {
  const { detection, advisories } = inspectPage(challenge, { ignore: ['fraud-detect', 'unknown'] })
  expect(detection).toBeUndefined()
  expect(advisories).toContain('fraud detection (cloudflare), passed over as asked')
})

test('goes on to the next judge when one kind is passed over', () => {
  const html = '<title>Vercel Security Checkpoint</title>'
  expect(detectBlock({ html, status: 429 }, { ignore: ['fraud-detect'] })?.reason.type).toBe('rate-limit')
})

test('a refusal without a cause is a suspicion of low confidence until the caller lowers the threshold', () => {
  const refusal: PageSnapshot = { html: '<h1>403 Forbidden</h1>', status: 403 }
  expect(inspectPage(refusal)).toMatchObject({
    suspicion: { reason: { type: 'unknown' }, confidence: 0.4, signals: expect.arrayContaining(['HTTP status 403']) },
    advisories: ['unknown block, at confidence 0.4'],
  })
  expect(inspectPage(refusal).detection).toBeUndefined()
  expect(inspectPage(refusal, { minConfidence: 0.4 }).suspicion).toBeUndefined()
  expect(detectBlock(refusal)).toBeUndefined()
  expect(detectBlock(refusal, { minConfidence: 0.3 })?.reason).toEqual({ type: 'unknown' })
})

test('a mark of the document on a page that was served in full is no block', () => {
  const content = '<article><a href="/x">x</a><p>Text</p></article>'.repeat(200)
  expect(detectBlock({ html: challenge.html + content, status: 200 })).toBeUndefined()
  expect(detectBlock({ html: challenge.html + content, status: 403 })?.reason.type).toBe('fraud-detect')
})

test('a status that no schema of HTTP allows stays out of the evidence', () => {
  const detection = detectBlock({ html: '', status: 999, finalUrl: 'https://www.linkedin.com/in/x' })
  expect(detection?.signals).toContain('HTTP status 999')
  expect(isValid(blockEvidenceSchema, detection?.evidence)).toBe(true)
})

test('says when only head and tail of a page were read', () => {
  const html = `<title>Just a moment...</title><script>window._cf_chl_opt={}</script><!--${' '.repeat(600_000)}-->`
  expect(detectBlock({ html })?.evidence.signals.at(-1)).toBe('only the head and the tail of the page were read')
})

/** Every schema of outcomes speaks Standard Schema, so no library is needed to ask it. */
function isValid(schema: typeof blockReasonSchema | typeof blockEvidenceSchema, value: unknown): boolean {
  const result = schema['~standard'].validate(value)
  return !(result instanceof Promise) && result.issues === undefined
}

const piece = fc.constantFrom(
  '<div style="display:none">',
  '</div>',
  '<script>',
  '</script>',
  '<svg>',
  '</svg>',
  '<title>',
  '<form action="',
  '"',
  "'",
  '>',
  '<!--',
  '-->',
  '&#35;',
  '&amp',
  '\0',
  '\ud800',
  '<input name="captcha"',
  '<iframe src="/recaptcha/api2/bframe',
  'class="g-recaptcha"',
  'id=px-captcha',
  'Access Denied',
  ' blocked security ',
  '<![CDATA[',
  '<?',
  '<plaintext>',
)
const html = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }).map((parts) => parts.join('')),
)
const address = fc.option(
  fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.string(),
    fc.constant('https://a.example/%E0%A4%A/login?next=%ZZ'),
  ),
  { nil: undefined },
)
const snapshots: fc.Arbitrary<PageSnapshot> = fc.record({
  html,
  finalUrl: address,
  requestedUrl: address,
  status: fc.option(fc.oneof(fc.constantFrom(200, 401, 403, 429, 503, 999), fc.double()), { nil: undefined }),
  headers: fc.option(
    fc.dictionary(
      fc.constantFrom('retry-after', 'Date', 'server', 'cf-mitigated', 'ratelimit', '__proto__'),
      fc.string(),
    ),
    { nil: undefined },
  ),
  cookieNames: fc.option(fc.array(fc.string()), { nil: undefined }),
})

test('never throws, says the same twice, and says only what the schemas of outcomes allow', () => {
  fc.assert(
    fc.property(
      snapshots,
      fc.constantFrom<DetectOptions>({}, { minConfidence: 0, singleSignOn: 'block' }, { maxHtmlLength: 0 }),
      (snapshot, options) => {
        const { detection } = inspectPage(snapshot, options)
        expect(inspectPage(snapshot, options).detection).toEqual(detection)
        if (detection === undefined) return
        expect(isValid(blockReasonSchema, detection.reason)).toBe(true)
        expect(isValid(blockEvidenceSchema, detection.evidence)).toBe(true)
        expect(detection.signals.length).toBeGreaterThan(0)
        expect(detection.confidence).toBeGreaterThanOrEqual(0)
        expect(detection.confidence).toBeLessThan(1)
      },
    ),
    { numRuns: 500, seed: 42 },
  )
})

test('never throws on what types forbid', () => {
  const wrong = {
    html: undefined,
    headers: { a: 1, b: undefined },
    cookieNames: [null],
    status: '403',
    finalUrl: {},
  } as unknown as PageSnapshot
  expect(detectBlock(wrong)).toBeUndefined()
})

/** Hostile pages of 2 MB: what is quadratic in them runs for minutes, far past the time limit of a test. */
test.for([
  ['nested boxes', '<div style="display:none">'],
  ['nested forms', '<form action="/a">'],
  ['tags that never open', '<'],
  ['entities', '&amp'],
  ['one attribute', '<a title="', 'x'],
  ['many attributes', '<a ', 'class="g-recaptcha" '],
  ['marked elements', '<p id=px-captcha class="g-recaptcha">'],
  ['scripts that never end', '<script>var dd={'],
  ['words of firewalls', 'request blocked denied your ip has been '],
  ['words without a stop', 'you have been being temporarily '],
  ['spaces', ' \n\t'],
  ['frames', '<iframe src="//a.a.a.a.a.a.a.a.captcha-delivery.co/">'],
] as const)('stays linear on megabytes of %s', ([, unit, repeated]) => {
  const page =
    repeated === undefined ? unit.repeat(2_000_000 / unit.length) : unit + repeated.repeat(2_000_000 / repeated.length)
  expect(() => inspectPage({ html: page, status: 403 }, { maxHtmlLength: 4_000_000 })).not.toThrow()
})

test('a list that holds the words of a block is an answer, and so is a feed', () => {
  const words = 'Your request has been blocked'
  expect(detectBlock({ html: `{"error":"${words}"}` })?.reason.type).toBe('fraud-detect')
  expect(detectBlock({ html: `{"results":[{"title":"${words}"}]}` })).toBeUndefined()
  expect(detectBlock({ html: `<rss><channel><item>${words}</item></channel></rss>` })).toBeUndefined()
})

test.for(['Ваш доступ заблокирован', 'Votre accès a été bloqué', 'Su acceso ha sido bloqueado'])(
  '%s is a refusal with a status that refuses, and nothing without one',
  (html) => {
    expect(detectBlock({ html, status: 403 })?.reason).toEqual({ type: 'fraud-detect', vendor: 'unknown' })
    expect(detectBlock({ html, status: 200 })).toBeUndefined()
  },
)

test.for([
  'Veuillez confirmer que vous êtes humain',
  'Bitte bestätigen Sie, dass Sie ein Mensch sind',
  'Подтвердите, что вы не робот',
  '请完成安全验证',
  'Please confirm that you are a person',
])('%s is a gate where it is all there is, and none beside something to read', (html) => {
  expect(detectBlock({ html, status: 200 })?.reason).toEqual({ type: 'fraud-detect', vendor: 'unknown' })
  const story = '<p>Ash and steel turn heavy soil in spring, and frost breaks what is left of it.</p>'.repeat(8)
  expect(detectBlock({ html: `${html}${story}`, status: 200 })).toBeUndefined()
})

test.for([
  '<title>Just a moment</title>Checking your browser settings for the video call',
  '<title>Security check</title>Security check in progress at Gate 4',
  '<title>Photos</title>Select all images of your holiday',
  '<title>Rules</title>A rule triggered by the web application firewall is logged here',
  '<title>Status</title>Blocked by firewall 12',
  'Forbidden Island, blocked by a wall of fog and a firewall of lava',
  'Rate limited edition of knives',
  '{"error":"rate limited"} is what you get when you call more often',
  'Zu viele Anfragen führen zu einem Fehler. Warten Sie, und versuchen Sie es erneut',
  'Du bist kein Roboter! Mach mal Pause',
  'Nie jesteś robotem. Odpocznij z nami',
])('%s is no block, whose words it shares', (html) => {
  expect(detectBlock({ html, status: 200 })).toBeUndefined()
})

test.for([
  'Votre demande de prêt a été refusée',
  'Seu pedido foi recusado',
  'Votre accès a été refusé : réservé aux membres',
])('%s is what applications say with 403 too', (html) => {
  expect(detectBlock({ html, status: 403 })).toBeUndefined()
})

test('one part of a wall is none, two are, and beside ways on neither is', () => {
  const noticed = '<p>We noticed odd searches.</p>'
  const advice = '<p>Please make sure that cookies are enabled.</p>'
  expect(detectBlock({ html: noticed, status: 200 })).toBeUndefined()
  expect(detectBlock({ html: advice, status: 200 })).toBeUndefined()
  expect(detectBlock({ html: noticed + advice, status: 200 })?.reason.type).toBe('fraud-detect')
  expect(detectBlock({ html: `<nav><a href="/">Home</a></nav>${noticed}${advice}`, status: 200 })).toBeUndefined()
})

test('a refusal in the dress of its site, with a search box and links, is one where the status refuses', () => {
  const links = '<li><a href="/tools">Tools</a></li>'.repeat(20)
  const words = '<p>We noticed automated requests. Please make sure that cookies are enabled.</p>'
  const html = `<title>Shop</title><form action="/search"><input type="search" name="q"></form><ul>${links}</ul>${words}`
  expect(detectBlock({ html, status: 403 })?.reason.type).toBe('fraud-detect')
  expect(detectBlock({ html, status: 200 })).toBeUndefined()
})

test.for([
  ['Pourquoi les captchas existent', 'Pour continuer, confirmez que vous n’êtes pas un robot, dit la page.'],
  ['什么是人机验证', '网站会提示：请完成验证以继续访问。'],
  ['接口限制', '如果请求过于频繁，请稍后再试。'],
  ['Bestellung', 'Sie haben die maximale Anzahl an Versuchen überschritten. Bitte warten Sie.'],
  ['Datenbank', 'Para ler o resultado, se você enviar muitas requisições, aguarde.'],
])('"%s" tells of walls in its own language and is none', ([title, words]) => {
  expect(detectBlock({ html: `<title>${title}</title><p>${words}</p>` })).toBeUndefined()
})

test('the size of a page among other signs makes no more than words of words', () => {
  const html = '<nav><a href="/a">A</a></nav><p>Prosím potvrďte, že nejste robot.</p>'
  expect(detectBlock({ html })).toBeUndefined()
  expect(detectBlock({ html: html.replace(/<nav>.*<\/nav>/, '') })?.reason.type).toBe('fraud-detect')
})

// Each of these was once taken for a wall.
test.for([
  [
    'Email Protection | Cloudflare',
    '<p>Please enable cookies.</p><h1>Email Protection</h1><h2>You are unable to access this email address</h2><p>The website from which you got to this page is protected by Cloudflare. Email addresses on that page have been hidden in order to keep them from being accessed by malicious bots. You must enable Javascript in your browser in order to decode the e-mail address.</p>',
  ],
  [
    'Cycle Prohibited',
    "<h1>Cycle Prohibited</h1><p>Could not process your request for the document because it would cause an HTTP proxy cycle. Please check the URL and your browser's proxy settings.</p>",
  ],
  [
    'URI Too Long',
    '<h1>URI Too Long</h1><p>Could not process this request because the request uri was longer than proxy.config.http.request_line_max_size</p>',
  ],
  ['Sign in', '<p>Please sign in to access your account.</p><form><input name="user"><input type="password"></form>'],
])('"%s" is a notice of its own, and no wall', ([title, html]) => {
  expect(detectBlock({ html: `<title>${title}</title>${html}`, status: 200 })).toBeUndefined()
})
