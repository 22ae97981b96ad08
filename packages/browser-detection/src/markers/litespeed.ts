import { all, any, captcha, className, type Defence, element, id, none, script, title } from '../marker.ts'

/** The captcha of the LiteSpeed web server. */
export const litespeed: Defence = {
  name: 'litespeed',
  reason: captcha('recaptcha'),
  markers: [
    // docs.litespeedtech.com, server reCAPTCHA; FlareSolverrSharp issue 20.
    {
      id: 'form',
      strength: 'proof',
      says: 'form #lsrecaptcha-form',
      look: any(id('lsrecaptcha-form'), element('form', 'action', /\/\.lsrecap\//i), script(/\blsrecaptcha-form\b/)),
    },
    // Title of the same page.
    {
      id: 'title',
      strength: 'hint',
      says: 'title "Bot Verification"',
      look: all(title(/^bot verification$/i), none(className('h-captcha'), className('cf-turnstile'))),
    },
    // Script of the same page.
    {
      id: 'render',
      strength: 'hint',
      says: 'script that draws a reCAPTCHA into #recaptchadiv',
      look: any(id('recaptchadiv'), script(/\bgrecaptcha\.render\(\s{0,9}['"]recaptchadiv['"]/)),
    },
  ],
}
