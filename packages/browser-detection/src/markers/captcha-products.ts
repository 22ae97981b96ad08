import { any, type CaptchaProduct, className, element, id, script } from '../marker.ts'

/** developers.google.com/recaptcha; the frame `bframe` is the open challenge, `anchor` the checkbox. */
export const recaptcha: CaptchaProduct = {
  provider: 'recaptcha',
  label: 'reCAPTCHA',
  widgets: [
    className('g-recaptcha'),
    id('g-recaptcha'),
    element('iframe', 'src', /\/recaptcha\/(?:api2|enterprise)\/anchor\b(?![^#]{0,2000}\bsize=invisible)/i),
    element('iframe', 'src', /\/\/www\.google\.com\/recaptcha\/api\/(?:noscript|fallback)\b/i),
  ],
  loaders: [
    element('script', 'src', /\/\/(?:www\.)?(?:google\.com|recaptcha\.net|gstatic\.com)\/recaptcha\//i),
    element('iframe', 'src', /\/recaptcha\/(?:api2|enterprise)\//i),
  ],
  challengeFrame: /\/recaptcha\/(?:api2|enterprise)\/bframe\b/i,
}

/** docs.hcaptcha.com; the frame says in its fragment whether it is the checkbox or the challenge. */
export const hcaptcha: CaptchaProduct = {
  provider: 'hcaptcha',
  label: 'hCaptcha',
  widgets: [
    className('h-captcha'),
    element('iframe', 'src', /\bhcaptcha\.com\/captcha\/[^#]{0,400}#frame=checkbox(?!-invisible)/i),
  ],
  loaders: [
    element('script', 'src', /\bhcaptcha\.com\/1\/api\.js/i),
    element('iframe', 'src', /\bhcaptcha\.com\/captcha\//i),
  ],
  challengeFrame: /\bhcaptcha\.com\/captcha\/[^#]{0,400}#frame=challenge\b/i,
}

/** developers.cloudflare.com/turnstile: a widget for forms; Cloudflare's own interstitial is judged apart. */
export const turnstile: CaptchaProduct = {
  provider: 'turnstile',
  label: 'Turnstile',
  widgets: [
    className('cf-turnstile'),
    element('iframe', 'src', /^https:\/\/challenges\.cloudflare\.com\/cdn-cgi\/challenge-platform\//i),
  ],
  loaders: [element('script', 'src', /\/\/challenges\.cloudflare\.com\/turnstile\//i)],
}

/** developer.arkoselabs.com. */
export const arkose: CaptchaProduct = {
  provider: 'arkose',
  label: 'Arkose Labs (FunCaptcha)',
  widgets: [
    id('arkoseFrame'),
    id('enforcement-frame'),
    id('FunCaptcha'),
    id('funcaptcha'),
    element('iframe', 'src', /\b(?:arkoselabs|funcaptcha)\.com\/(?:fc\/|v2\/[^?#]{0,80}enforcement)/i),
  ],
  loaders: [element('script', 'src', /(?:\.arkoselabs|\bfuncaptcha)\.com\/(?:fc\/api|v2\/)/i)],
}

/** docs.geetest.com, versions 3 and 4. */
export const geetest: CaptchaProduct = {
  provider: 'geetest',
  label: 'GeeTest',
  widgets: [
    className('geetest_panel'),
    className('geetest_box'),
    className('geetest_holder'),
    className('geetest_captcha'),
    id('geetest_captcha'),
  ],
  loaders: [element('script', 'src', /\bstatic\.geetest\.com\/|\/gt4?\.js(?:\?|$)/i)],
}

/** docs.friendlycaptcha.com. */
export const friendlyCaptcha: CaptchaProduct = {
  provider: 'friendly-captcha',
  label: 'Friendly Captcha',
  widgets: [className('frc-captcha'), element('iframe', 'src', /\bfrcapi\.com\//i)],
  loaders: [element('script', 'src', /\bfriendly-(?:challenge|captcha)\b/i)],
}

/** altcha.org/docs: a custom element. */
export const altcha: CaptchaProduct = {
  provider: 'altcha',
  label: 'ALTCHA',
  widgets: [element('altcha-widget', '', /^/)],
  loaders: [element('script', 'src', /\/altcha(?:\.min)?\.js/i)],
}

/** mcaptcha.org/docs. */
export const mcaptcha: CaptchaProduct = {
  provider: 'mcaptcha',
  label: 'mCaptcha',
  widgets: [id('mcaptcha__widget-container')],
  loaders: [element('script', 'src', /\bmcaptcha\b/i)],
}

/** yandex.cloud/docs/smartcaptcha. */
export const smartcaptcha: CaptchaProduct = {
  provider: 'yandex',
  label: 'Yandex SmartCaptcha',
  widgets: [className('smart-captcha')],
  loaders: [element('script', 'src', /\/\/smartcaptcha\.(?:yandexcloud\.net|cloud\.yandex\.ru)\/captcha\.js/i)],
}

/** cloud.tencent.com/document/product/1110. */
export const tencentCaptcha: CaptchaProduct = {
  provider: 'tencent',
  label: 'Tencent Captcha',
  widgets: [
    id('TencentCaptcha'),
    id('tcaptcha_transform'),
    element('iframe', 'src', /\b(?:turing\.)?captcha\.(?:qcloud|gtimg)\.com\//i),
  ],
  loaders: [
    any(
      element('script', 'src', /\b(?:turing\.captcha\.(?:qcloud|gtimg)\.com|ssl\.captcha\.qq\.com)\//i),
      script(/\bnew TencentCaptcha\(/),
    ),
  ],
}

/** support.dun.163.com (NetEase YiDun). */
export const yidun: CaptchaProduct = {
  provider: 'netease',
  label: 'NetEase YiDun',
  widgets: [className('yidun'), className('yidun_panel')],
  loaders: [element('script', 'src', /\bcstaticdun\.126\.net\//i)],
}

/** nid.naver.com: pictures and sounds come from a host of their own. */
export const naverCaptcha: CaptchaProduct = {
  provider: 'naver',
  label: 'Naver captcha',
  widgets: [element('img', 'src', /\/\/captcha\.nid\.naver\.com\//i)],
  loaders: [element('script', 'src', /\/\/captcha\.nid\.naver\.com\//i)],
}

/** docs.capjs.js.org: a custom element. */
export const cap: CaptchaProduct = {
  provider: 'cap',
  label: 'Cap',
  widgets: [element('cap-widget', '', /^/)],
  loaders: [element('script', 'src', /\/@cap\.js\/widget/i)],
}

/** docs.mtcaptcha.com. */
export const mtcaptcha: CaptchaProduct = {
  provider: 'mtcaptcha',
  label: 'MTCaptcha',
  widgets: [className('mtcaptcha')],
  loaders: [element('script', 'src', /\/\/service2?\.mtcaptcha\.com\//i)],
}

export const captchaProducts: readonly CaptchaProduct[] = [
  recaptcha,
  hcaptcha,
  turnstile,
  arkose,
  geetest,
  friendlyCaptcha,
  altcha,
  mcaptcha,
  smartcaptcha,
  tencentCaptcha,
  yidun,
  naverCaptcha,
  cap,
  mtcaptcha,
]
