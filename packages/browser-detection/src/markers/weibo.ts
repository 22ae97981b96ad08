import { type Defence, fraudDetect, title, url } from '../marker.ts'

/** Weibo's gate for visitors without an account. */
export const weibo: Defence = {
  name: 'weibo',
  reason: fraudDetect('weibo'),
  markers: [
    // Title of the gate, served with 200 (is-antibot fixture).
    {
      id: 'visitor-system',
      strength: 'wall',
      says: 'title "Sina Visitor System"',
      look: title(/^sina visitor system$/i),
    },
    // Address of the gate.
    {
      id: 'visitor-address',
      strength: 'proof',
      says: 'the page is at /visitor/ of passport.weibo.com',
      look: url({ host: /^(?:passport|visitor\.passport)\.weibo\.(?:com|cn)$/i, path: /^\/visitor\//i }),
    },
  ],
}
