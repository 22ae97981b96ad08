import { all, any, captcha, type Defence, element, fraudDetect, id, none, text, title, url } from '../marker.ts'

const GOOGLE_HOST = /(?:^|\.)(?:google\.[a-z]{2,3}(?:\.[a-z]{2})?|youtube\.com)$/i

/** Google's own gate ("sorry"), before search and YouTube. */
export const google: Defence = {
  name: 'google',
  reason: fraudDetect('google'),
  markers: [
    // Form of the captcha; also is-antibot's recaptcha fixtures.
    {
      id: 'captcha-form',
      strength: 'wall',
      says: 'form #captcha-form that posts to index',
      look: all(element('form', 'id', /^captcha-form$/), element('form', 'action', /^index$/)),
      reason: captcha('recaptcha'),
    },
    // crawlee's selector for the notice below the captcha.
    {
      id: 'terms-link',
      strength: 'wall',
      says: "box #infoDiv with a link to Google's terms",
      look: all(
        any(id('infoDiv0'), id('infoDiv')),
        element('a', 'href', /\/\/www\.google\.com\/policies\/terms\//i),
        // Programs are refused in the same words, without a captcha.
        none(text(/\bplease try your request again later\b/i)),
      ),
      reason: captcha('recaptcha'),
    },
    // Address of the gate on every Google host; YouTube redirects to it.
    {
      id: 'sorry-address',
      strength: 'proof',
      says: 'the page is at /sorry/ of a Google host',
      look: url({ host: GOOGLE_HOST, path: /^\/sorry(?:\/|$)/i }),
    },
    // Text of the gate without captcha, 403.
    {
      id: 'automated-queries',
      strength: 'wall',
      says: 'text "your computer or network may be sending automated queries"',
      look: text(/\byour computer or network may be sending automated queries\b/i),
    },
    // Text of the gate with captcha.
    {
      id: 'unusual-traffic',
      strength: 'wall',
      says: 'text "unusual traffic from your computer network"',
      look: text(/\bunusual traffic from your computer network\b/i),
    },
    // The same text in Chinese.
    {
      id: 'unusual-traffic-chinese',
      strength: 'wall',
      says: 'text of the gate about unusual traffic, in Chinese',
      look: text(/我们的系统检测到您的计算机网络中存在异常流量/),
    },
    // Title of the gate without captcha.
    { id: 'sorry-title', strength: 'hint', says: 'title "Sorry..."', look: title(/^sorry(?:\.{3}|…)$/i) },
    // A consent screen is no defence.
    {
      id: 'consent',
      strength: 'counter',
      says: 'a consent screen, not a defence',
      look: url({ host: /^consent\.(?:google|youtube)\./i }),
    },
  ],
}
