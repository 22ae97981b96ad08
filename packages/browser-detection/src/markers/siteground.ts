import { any, type Defence, element, fraudDetect, text, url } from '../marker.ts'

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
        element('meta', 'content', /url=[^;]{0,200}\/\.well-known\/(?:sg)?captcha\//i),
        url({ path: /^\/\.well-known\/(?:sg)?captcha\//i }),
      ),
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
