import { expect, test } from 'vitest'
import { detectBlock, inspectPage } from './index.ts'

const gate = (widget: string): string =>
  `<title>One check</title><p>Please verify that you are human</p><form method="post">${widget}</form>`

test.for([
  ['recaptcha', '<div class="g-recaptcha" data-sitekey="k"></div>'],
  ['recaptcha', '<iframe src="https://www.google.com/recaptcha/api2/anchor?ar=1&size=normal"></iframe>'],
  ['hcaptcha', '<div class="h-captcha" data-sitekey="k"></div>'],
  [
    'hcaptcha',
    '<iframe src="https://newassets.hcaptcha.com/captcha/v1/a/static/hcaptcha.html#frame=checkbox&id=0"></iframe>',
  ],
  ['turnstile', '<div class="cf-turnstile" data-sitekey="k"></div>'],
  ['arkose', '<iframe id="arkoseFrame" src="https://client-api.arkoselabs.com/v2/1/enforcement.html"></iframe>'],
  ['geetest', '<div class="geetest_holder geetest_wind"></div>'],
  ['friendly-captcha', '<div class="frc-captcha" data-sitekey="k"></div>'],
  ['altcha', '<altcha-widget challengeurl="/c"></altcha-widget>'],
  ['mcaptcha', '<div id="mcaptcha__widget-container"></div>'],
  ['yandex', '<div class="smart-captcha" data-sitekey="k"></div>'],
  ['tencent', '<div id="TencentCaptcha"></div>'],
] as const)('a page that is nothing but %s is a captcha', ([provider, widget]) => {
  expect(detectBlock({ html: gate(widget) })?.reason).toEqual({ type: 'captcha', provider })
})

test('a gate in the frame of its site is one while it has hardly a word besides', () => {
  const framed = (words: string): string =>
    `<nav><a href="/">Home</a></nav><p>Prove that you are not a robot.</p><p>${words}</p><div class="g-recaptcha" data-sitekey="k"></div>`
  expect(detectBlock({ html: framed('') })?.reason).toEqual({ type: 'captcha', provider: 'recaptcha' })
  expect(detectBlock({ html: framed('Ash and steel turn heavy soil. '.repeat(20)) })).toBeUndefined()
})

test('a captcha that its script has yet to show is one where the status refuses and the page asks for it', () => {
  const html = gate('<script src="https://client-api.arkoselabs.com/v2/1/api.js"></script>')
  expect(detectBlock({ html, status: 429 })?.reason).toEqual({ type: 'captcha', provider: 'arkose' })
  expect(detectBlock({ html: html.replace('that you are human', 'the order'), status: 404 })).toBeUndefined()
})

test.for([
  ['beside a login form', gate('<input name="email"><input type="password" name="p"><div class="g-recaptcha"></div>')],
  ['beside a contact form', gate('<textarea name="message"></textarea><div class="h-captcha"></div>')],
  [
    'below an article',
    `${'<article><a href="/x">x</a><p>Text</p></article>'.repeat(60)}${gate('<div class="cf-turnstile"></div>')}`,
  ],
  ['that is invisible', gate('<div class="g-recaptcha" data-size="invisible"></div>')],
  ['that is invisible, with the size before the class', gate('<div data-size="invisible" class="g-recaptcha"></div>')],
  [
    'that is the badge of version 3',
    gate(
      '<div class="grecaptcha-badge"><iframe src="https://www.google.com/recaptcha/api2/anchor?size=invisible"></iframe></div>',
    ),
  ],
  ['in a hidden box', gate('<div style="display: none"><div><div class="h-captcha"></div></div></div>')],
  ['in a shell without words', '<div id="root"></div><div class="cf-turnstile"></div><script src="/app.js"></script>'],
] as const)('a captcha %s is no block', ([, html]) => {
  expect(detectBlock({ html, status: 200 })).toBeUndefined()
})

test('an invisible captcha does not hide a visible one of the same product', () => {
  const frame = (size: string): string =>
    `<iframe src="https://www.google.com/recaptcha/api2/anchor?k=1&size=${size}"></iframe>`
  expect(detectBlock({ html: gate(frame('normal') + frame('invisible')) })?.reason.type).toBe('captcha')
  expect(detectBlock({ html: gate(frame('invisible')) })).toBeUndefined()
})

test.for([
  ['radio buttons', '<input type="radio" name="vote">'],
  ['a question to confirm', ''],
] as const)('a captcha under %s is no gate', ([, field]) => {
  const html = `<title>Vote</title><form><p>Confirm your choice</p>${field}<div class="g-recaptcha"></div></form>`
  expect(detectBlock({ html })).toBeUndefined()
})

test('tells of a captcha that is no block', () => {
  const { advisories } = inspectPage({ html: gate('<input name="email"><div class="g-recaptcha"></div>') })
  expect(advisories).toEqual([
    'reCAPTCHA widget on a page that has other content: needed to send a form, not to see the page',
  ])
})

test('tells of a captcha that is loaded and does not show', () => {
  const { advisories } = inspectPage({
    html: '<script src="https://www.google.com/recaptcha/api.js?render=key"></script><p>Welcome',
  })
  expect(advisories).toEqual(['reCAPTCHA is loaded on the page, without a visible widget'])
})

test('a page that says how a captcha was answered is no gate', () => {
  const html = (says: string) =>
    `<title>Are you a robot?</title><script src="https://www.google.com/recaptcha/api.js"></script><p>${says}`
  expect(detectBlock({ html: html('JavaScript is needed here.') })?.reason.type).toBe('captcha')
  expect(detectBlock({ html: html('No, we do not think you are a robot.') })).toBeUndefined()
  expect(detectBlock({ html: html('You have been verified.') })).toBeUndefined()
})

test('a challenge that has opened over a page with content is a captcha', () => {
  const frame = '<iframe src="https://www.google.com/recaptcha/api2/bframe?k=1"></iframe>'
  const content = '<p>Text</p>'.repeat(500)
  expect(
    detectBlock({ html: `${content}<div style="visibility: visible; top: 10px"><div>${frame}</div></div>` })?.reason,
  ).toEqual({
    type: 'captcha',
    provider: 'recaptcha',
  })
  expect(
    detectBlock({ html: `${content}<div style="visibility: hidden; top: -10000px"><div>${frame}</div></div>` }),
  ).toBeUndefined()
  expect(detectBlock({ html: `${content}<div style="visibility: visible"></div>${frame}` })).toBeUndefined()
})

test.for([
  ['named by the picture', '<img src="/captcha.php?id=1"><form><input name="captcha"><input type="submit"></form>'],
  ['named by the field', '<form><img src="/c.php?id=1"><input name="answer" placeholder="Captcha"></form>'],
  ['explained in words', '<p>DDoS protection</p><form><img src="/i.php" alt="captcha"><input name="a7"></form>'],
] as const)('a picture with letters and one field, %s, is a captcha', ([, html]) => {
  expect(detectBlock({ html })?.reason).toEqual({ type: 'captcha', provider: 'image' })
})

test.for([
  [
    'a registration',
    '<form><input name="name"><input type="email" name="email"><img src="/captcha.png"><input name="captcha"></form>',
  ],
  ['a recovery', '<form><input type="email" name="email"><img src="/captcha.png"><input name="captcha"></form>'],
  ['a search', '<img src="/captcha-explained.png"><form><input name="q"></form>'],
] as const)('a picture with letters on %s is no block', ([, html]) => {
  expect(detectBlock({ html })).toBeUndefined()
})

test('a captcha that a script has yet to draw on an empty page is a captcha where the title asks for it', () => {
  const page = (title: string): string =>
    `<title>${title}</title><div id="box"></div><script src="https://static.geetest.com/static/tools/gt.js"></script>`
  expect(detectBlock({ html: page('人机验证') })?.reason).toEqual({ type: 'captcha', provider: 'geetest' })
  expect(detectBlock({ html: page('Shop') })).toBeUndefined()
})

test('a question with one field named for a captcha is a captcha where the title says that something is checked', () => {
  const page = (title: string, more = ''): string =>
    `<title>${title}</title><p>3 + 5 = ?</p><form method="post"><input name="captcha">${more}</form>`
  expect(detectBlock({ html: page('Verificación de seguridad') })?.reason).toEqual({
    type: 'captcha',
    provider: 'image',
  })
  expect(detectBlock({ html: page('Sums for children') })).toBeUndefined()
  expect(detectBlock({ html: page('Verificación de seguridad', '<input type="email" name="email">') })).toBeUndefined()
})

test('words that ask for a captcha before something is sent are about a form', () => {
  const page = (words: string): string => `<p>${words}</p><div class="cf-turnstile" data-sitekey="k"></div>`
  expect(detectBlock({ html: page('Verify you are human, then submit.') })).toBeUndefined()
  expect(detectBlock({ html: page('Verify you are human to go on.') })?.reason.type).toBe('captcha')
})

test('a picture and one field under a title that names a captcha are a captcha', () => {
  const gate = '<p>Type in what you see</p><img src="/cap.png"><input name="answer">'
  expect(detectBlock({ html: `<title>Captcha</title>${gate}`, status: 200 })?.reason).toEqual({
    type: 'captcha',
    provider: 'image',
  })
  expect(detectBlock({ html: `<title>Quiz</title>${gate}`, status: 200 })).toBeUndefined()
})
