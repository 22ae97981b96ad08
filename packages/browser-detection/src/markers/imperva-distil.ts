import { any, type Defence, element, fraudDetect, id, text, title } from '../marker.ts'

/** Distil Networks, now Imperva's advanced bot protection. */
export const impervaDistil: Defence = {
  name: 'imperva-distil',
  reason: fraudDetect('imperva-distil'),
  markers: [
    // Forms of its captcha and unblock pages.
    {
      id: 'captcha-form',
      strength: 'proof',
      says: 'form of the Distil captcha',
      look: any(
        id('distilCaptchaForm'),
        id('distilUnblockForm'),
        element('form', 'action', /\/distil_r_captcha\.html/i),
      ),
    },
    // Title of every template, Distil's and Imperva's.
    {
      id: 'pardon',
      strength: 'wall',
      says: 'title "Pardon Our Interruption"',
      look: title(/^pardon our interruption/i),
    },
    // Text of the same templates.
    {
      id: 'pardon-heading',
      strength: 'wall',
      says: 'text "something about your browser made us think you were a bot"',
      look: text(/\bsomething about your browser made us think (?:that )?you (?:were|are|might be) a bot\b/i),
    },
  ],
}
