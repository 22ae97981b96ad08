import { all, any, type Defence, element, fraudDetect, text, title, url } from '../marker.ts'

/** Radware Bot Manager, once ShieldSquare. */
export const radware: Defence = {
  name: 'radware',
  reason: fraudDetect('radware'),
  markers: [
    // Challenges are pages of this host; its sensor script is on ordinary pages.
    {
      id: 'validation-address',
      strength: 'proof',
      says: 'the page is at validate.perfdrive.com',
      look: url({ host: /^validate\.perfdrive\.com$/i }),
    },
    // Titles of its pages under both names.
    {
      id: 'captcha-title',
      strength: 'wall',
      says: 'title of the Radware or ShieldSquare captcha',
      look: title(/^(?:shieldsquare captcha|radware (?:bot manager )?captcha(?: page)?|shieldsquare block)$/i),
    },
    // Page of its AppWall (wafw00f).
    {
      id: 'unauthorized',
      strength: 'wall',
      says: 'title "Unauthorized Request Blocked" with a case number',
      look: all(title(/^unauthorized (?:request|activity)/i), text(/\bunauthorized activity\b|\bcase number\b/i)),
    },
    // Text of its captcha page.
    {
      id: 'think-bot',
      strength: 'wall',
      says: 'text "your activity and behavior on this site made us think that you are a bot"',
      look: text(/\bbehaviou?r on this site made us think that you are a bot\b/i),
    },
    // Form of its captcha page.
    {
      id: 'captcha-form',
      strength: 'hint',
      says: "form of Radware's captcha",
      look: any(element('form', 'action', /perfdrive\.com/i), element('input', 'name', /^shieldsquare/i)),
    },
    // On 7 ordinary pages of a corpus of 3,633.
    {
      id: 'watched',
      strength: 'presence',
      says: "Radware's sensor watches this site",
      look: element('script', 'src', /\bperfdrive\.com\//i),
    },
  ],
}
