import {
  all,
  any,
  captcha,
  comment,
  type Defence,
  element,
  emptier,
  fraudDetect,
  script,
  status,
  text,
  title,
} from '../marker.ts'

/** Amazon's shops. Often with status 200. */
export const amazon: Defence = {
  name: 'amazon',
  reason: captcha('amazon'),
  markers: [
    // The page with dogs; its comment is addressed to programs.
    {
      id: 'automated-access',
      strength: 'wall',
      says: 'status 503 or title "Sorry! Something went wrong!" with the comment about automated access to Amazon data',
      look: all(
        comment(/\bto discuss automated access to amazon data\b/i),
        any(title(/^sorry! something went wrong/i), status(429, 503)),
      ),
      reason: fraudDetect('amazon'),
    },
    // The same in every language.
    {
      id: 'captcha-form',
      strength: 'proof',
      says: 'form that posts to /errors/validateCaptcha',
      look: element('form', 'action', /\/errors(?:_page)?\/validateCaptcha/i),
    },
    // The same before its script has drawn it, or saved without: a title, and the clock that starts every page of the shop.
    {
      id: 'undrawn',
      strength: 'wall',
      says: 'empty page with the title of the shop and a script that starts its clock',
      look: all(emptier(20, 5), title(/^amazon\.[a-z.]{2,6}$/i), script(/\bue_t0\s{0,3}=/)),
    },
    // English text of the same page.
    {
      id: 'not-a-robot',
      strength: 'hint',
      says: 'text "Sorry, we just need to make sure you\'re not a robot"',
      look: text(/\bwe just need to make sure you(?:'|’)re not a robot\b/i),
    },
    // Address of its picture.
    {
      id: 'captcha-image',
      strength: 'hint',
      says: 'captcha image from an Amazon host',
      look: element('img', 'src', /\/captcha\/[\w/]{1,40}\/Captcha_\w{1,64}\.jpg/),
    },
  ],
}
