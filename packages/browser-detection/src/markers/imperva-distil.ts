import { all, any, type Defence, element, emptier, fraudDetect, id, none, noscript, text, title } from '../marker.ts'

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
      says: 'title "Pardon Our Interruption" with the text of a check',
      look: all(
        title(/^pardon our interruption/i),
        any(
          emptier(40, 25),
          text(/\b(?:bot|cookies|javascript|power user|super-human|plugin|automated|incident|reference)\b/i),
          noscript(/pardon our interruption/i),
          id('interstitial-inprogress'),
        ),
        // eBay has a check of its own under the same title.
        none(text(/\byou access ebay\b/i)),
      ),
    },
    // Text of the same templates.
    {
      id: 'pardon-heading',
      strength: 'wall',
      says: 'text "something about your browser made us think you were a bot"',
      look: text(
        /\bsomething (?:about|in) your browser made us think (?:that )?you (?:were|are|might be) a bot\b|\balgo en tu navegador nos hizo pensar que eres un bot\b|\bquelque chose .{0,40}navigateur nous a (?:laissé|fait) penser\b.{0,30}\b(?:bot|robot)\b|\bihr browser hat uns glauben (?:lassen|gemacht)\b.{0,40}\bbot\b/i,
      ),
    },
  ],
}
