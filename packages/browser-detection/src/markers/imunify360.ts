import { all, any, type Defence, element, emptier, fraudDetect, id, script, text, title } from '../marker.ts'

/** Imunify360. */
export const imunify360: Defence = {
  name: 'imunify360',
  reason: fraudDetect('imunify360'),
  markers: [
    // Captcha page and its white-label text.
    {
      id: 'protected',
      strength: 'wall',
      says: 'text "is protected by Imunify360"',
      look: all(
        text(/\b(?:is protected|protection powered|powered) by imunify360\b/i),
        text(/\b(?:captcha|robot|blocked|unusual|verif|denied|wait|bot-protection)/i),
      ),
    },
    // Heading of the captcha page.
    {
      id: 'unusual-activity',
      strength: 'hint',
      says: 'text "We have noticed an unusual activity from your"',
      look: text(/\bwe have noticed an unusual activity from your\b/i),
    },
    // Splash screen.
    { id: 'splash', strength: 'wall', says: 'splash screen that sets wsidchk', look: script(/\bwsidchk\b/) },
    // Form of the splash screen.
    {
      id: 'splash-form',
      strength: 'wall',
      says: 'form #wsidchk-form',
      look: any(id('wsidchk-form'), id('wsidchk'), element('input', 'name', /^wsidchk$/)),
    },
    // Title of the splash screen; others use it too.
    {
      id: 'one-moment',
      strength: 'hint',
      says: 'title "One moment, please..."',
      look: title(/^one moment, please(?:\.{3}|…)?$/i),
    },
    // A splash screen before its script has run: it loads the page again.
    {
      id: 'splash-reload',
      strength: 'wall',
      says: 'title "One moment, please..." on an empty page that loads itself again',
      look: all(
        emptier(20, 20),
        title(/^one moment, please(?:\.{3}|…)?$/i),
        script(/\blocation\.reload\(|\bwebdriver\b/),
      ),
    },
    // Text of the splash screen.
    {
      id: 'bot-protection',
      strength: 'wall',
      says: 'text "Please wait while your request is being verified"',
      look: text(/\bplease wait while your request is being verified\b/i),
    },
    // JSON and text answer with 415, docs.imunify360.com.
    {
      id: 'denied',
      strength: 'wall',
      says: 'text "Access denied by Imunify360 bot-protection"',
      look: text(/\baccess denied by imunify360\b/i),
    },
  ],
}
