import { any, type Defence, element, fraudDetect, header, text, url } from '../marker.ts'

/** SiteGround's anti-bot gate. */
export const siteground: Defence = {
  name: 'siteground',
  reason: fraudDetect('siteground'),
  markers: [
    // unlighthouse issue 291: status 202 and a refresh to this path.
    {
      id: 'captcha-path',
      strength: 'proof',
      says: 'page at, or refresh to, /.well-known/sgcaptcha/',
      look: any(
        element('meta', 'content', /^\s{0,2}\d{1,3}\s{0,2};[^;]{0,200}\/\.well-known\/(?:sg)?captcha\//i),
        element('img', 'src', /\/\.well-known\/(?:sg)?captcha\//i),
        element('form', 'action', /\/\.well-known\/(?:sg)?captcha\//i),
        url({ path: /^\/\.well-known\/(?:sg)?captcha\//i }),
      ),
    },
    // Response header of the gate.
    {
      id: 'captcha-header',
      strength: 'proof',
      says: 'response header sg-captcha',
      look: header('sg-captcha', /^\s{0,9}challenge/i),
    },
    // Text of its older refusal (wafw00f).
    {
      id: 'might-be-robot',
      strength: 'wall',
      says: 'text "Our system thinks you might be a robot!"',
      look: text(/\bour system thinks you might be a robot\b/i),
    },
    // Title text of the captcha behind that path.
    {
      id: 'robot-challenge',
      strength: 'hint',
      says: 'text "Robot Challenge Screen"',
      look: text(/\brobot challenge screen\b/i),
    },
  ],
}
