import {
  all,
  any,
  cookie,
  type Defence,
  element,
  emptier,
  fraudDetect,
  id,
  none,
  script,
  text,
  title,
} from '../marker.ts'

/** PerimeterX, now HUMAN. */
export const perimeterx: Defence = {
  name: 'perimeterx',
  reason: fraudDetect('perimeterx'),
  markers: [
    // docs.humansecurity.com: the element that holds the press-and-hold challenge.
    {
      id: 'captcha-box',
      strength: 'proof',
      says: 'box #px-captcha',
      look: all(any(id('px-captcha'), id('px-captcha-wrapper')), none(element('form', 'action', /./))),
    },
    // Beside a form of the site's own it may be there to send the form.
    {
      id: 'captcha-box-with-form',
      strength: 'hint',
      says: 'box #px-captcha on a page with a form',
      look: any(id('px-captcha'), id('px-captcha-wrapper')),
    },
    // JSON answer to requests from scripts, docs.humansecurity.com ("advanced blocking response").
    {
      id: 'json',
      strength: 'proof',
      says: 'JSON body with the address of a block script',
      look: text(/"(?:blockScript|altBlockScript)" ?: ?"/),
    },
    // Hosts of its captcha, same documentation; first-party sites serve it from their own.
    {
      id: 'captcha-script',
      strength: 'wall',
      says: "script of PerimeterX's captcha",
      look: any(
        element('script', 'src', /\/\/captcha\.(?:px-c[\w-]{0,64}|px-cdn|perimeterx)\.(?:net|com)\//i),
        element('script', 'src', /\/captcha\/captcha\.js\?/i),
        script(/\/\/captcha\.px-(?:cdn|cloud)\.net\//),
      ),
    },
    // Title of every template.
    {
      id: 'denied',
      strength: 'wall',
      says: 'title "Access to this page has been denied"',
      look: title(/^access to this page has been denied\.?$/i),
    },
    // Text of the templates of 2018 to 2021.
    {
      id: 'automation-tools',
      strength: 'wall',
      says: 'text "we believe you are using automation tools to browse the website"',
      look: text(/\bwe believe you are using automation tools to browse the website\b/i),
    },
    // The sentence in the words of the template, on a page that says nothing else.
    {
      id: 'hold-to-confirm',
      strength: 'wall',
      says: 'text "Press & Hold to confirm you are a human (and not a bot)"',
      look: all(text(/\bpress (?:&|and) hold to confirm you are a human\b/i), emptier(60, 350)),
    },
    // Text of the templates since 2021.
    {
      id: 'press-and-hold',
      strength: 'hint',
      says: 'text "Press & Hold to confirm you are a human"',
      look: text(/\b(?:press (?:&|and) hold|activate and hold the button)\b.{0,60}\b(?:human|bot)\b/i),
    },
    // Its first templates, of 2016: WhatWaf issue 114 and PerimeterX's own module for nginx.
    {
      id: 'first-templates',
      strength: 'wall',
      says: "text of PerimeterX's first templates",
      look: any(
        all(text(/\bbot defender solution\b/i), text(/\bperimeterx\.com\/|\bmade us think you may be a bot\b/i)),
        all(text(/\bviolating our terms of use by using automation to browse\b/i), script(/\b_pxAppId\s{0,9}=/)),
      ),
    },
    // Variables of the block page; the first alone is the sensor on ordinary pages.
    {
      id: 'app-id',
      strength: 'hint',
      says: 'inline script that sets _pxAppId, with a _px block variable',
      look: all(
        script(/\b_pxAppId\s{0,9}=/),
        script(/\b_px(?:Uuid|Vid|BlockedUrl|HostUrl|JsClientSrc|FirstPartyEnabled)\s{0,9}=/i),
      ),
    },
    // Cookies and sensor on ordinary pages (is-antibot).
    {
      id: 'watched',
      strength: 'presence',
      says: "PerimeterX's sensor watches this site",
      look: any(
        cookie(/^(?:_px\d?|_pxhd|_pxvid|pxvid)$/),
        element('script', 'src', /\/\/client\.(?:px-cloud|perimeterx)\.net\//i),
      ),
    },
  ],
}
