import { all, any, cookie, type Defence, element, fraudDetect, header, noscript, script, text } from '../marker.ts'

/** DataDome. */
export const datadome: Defence = {
  name: 'datadome',
  reason: fraudDetect('datadome'),
  markers: [
    // docs.datadome.co: the host that serves challenges only; tags come from js.datadome.co.
    {
      id: 'challenge-host',
      strength: 'proof',
      says: 'frame or script from captcha-delivery.com',
      look: any(
        element('iframe', 'src', /^(?:https?:)?\/\/(?:[\w.-]{1,80}\.)?captcha-delivery\.com\//i),
        element('script', 'src', /^(?:https?:)?\/\/(?:[\w.-]{1,80}\.)?captcha-delivery\.com\//i),
      ),
    },
    // Head of the challenge script, saved pages 2021 to 2026.
    {
      id: 'challenge-data',
      strength: 'proof',
      says: "inline script that sets DataDome's challenge data",
      look: script(/\bvar dd\s{0,9}=\s{0,9}\{\s{0,9}['"]?(?:rt|cid|hsh)\b/),
    },
    // is-antibot's provider table: 1 and 2 mark blocked answers.
    {
      id: 'blocked-header',
      strength: 'proof',
      says: 'response header x-dd-b',
      look: header('x-dd-b', /^\s{0,9}[12]\b/),
    },
    // Text of the challenge page for visitors without scripts.
    {
      id: 'enable-scripts',
      strength: 'wall',
      says: 'text "Please enable JS and disable any ad blocker"',
      look: any(
        text(/\bplease enable js and disable any ad blocker\b/i),
        noscript(/\bplease enable js and disable any ad blocker\b/i),
      ),
    },
    // Page for visitors that no captcha can help, as shown in a browser.
    {
      id: 'restricted',
      strength: 'hint',
      says: 'text "Access is temporarily restricted" with DataDome\'s list of reasons',
      look: all(
        text(/\baccess is temporarily restricted\b/i),
        text(/\b(?:unusual activity|automated \(bot\) activity|bot activity)\b/i),
      ),
    },
    // The slider's own document, as a browser that opened the frame shows it.
    {
      id: 'attention',
      strength: 'wall',
      says: 'text "the behaviour of the browser has caught our attention"',
      look: text(/\bsomething about the behaviou?r of the browser has caught our attention\b/i),
    },
    // JSON answer to requests from scripts.
    {
      id: 'json',
      strength: 'proof',
      says: 'JSON body with an address at captcha-delivery.com',
      look: text(/"(?:captcha)?url" ?: ?"https:\\?\/\\?\/(?:geo|interstitial)\.captcha-delivery\.com\\?\//i),
    },
    // is-antibot's provider table: on ordinary responses too.
    {
      id: 'fronted',
      strength: 'presence',
      says: 'DataDome watches this site',
      look: any(header('x-datadome', /./), cookie(/^datadome$/), element('script', 'src', /\/\/js\.datadome\.co\//i)),
    },
  ],
}
