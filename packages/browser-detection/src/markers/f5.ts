import { all, any, cookie, type Defence, element, emptier, fraudDetect, script, text, title } from '../marker.ts'
import { SUPPORT_NUMBER } from './looks-elsewhere.ts'

/** F5 BIG-IP application security. Its refusals come with status 200. */
export const f5: Defence = {
  name: 'f5',
  reason: fraudDetect('f5'),
  markers: [
    // Default response page of the security policy.
    {
      id: 'rejected',
      strength: 'wall',
      says: 'text "The requested URL was rejected. Please consult with your administrator."',
      look: text(/\bthe requested url was rejected\. ?please consult with your administrator\b/i),
    },
    // Customised and localised pages keep the number and the way back.
    {
      id: 'support-id',
      strength: 'wall',
      says: 'title "Request Rejected" with a support number',
      look: all(title(/^request rejected$/i), text(/\bsupport id(?: is| anda|):? ?\d{15}/i)),
    },
    // Link of the default page, kept on customised ones (WhatWaf issue 289).
    {
      id: 'go-back',
      strength: 'wall',
      says: 'title "Request Rejected" with a link back through the history',
      look: all(title(/^request rejected$/i), element('a', 'href', /^javascript:\s{0,9}(?:window\.)?history\.back\(/i)),
    },
    // F5's check by script, before any page: its variables and the path of its script (wafw00f; saved pages of 2019 to 2024).
    {
      id: 'script-challenge',
      strength: 'wall',
      says: "page that is nothing but F5's browser check",
      look: all(
        any(element('script', 'src', /\/TSPD\/[\da-f]{10}/), script(/\bwindow\["(?:bobcmn|failureConfig)"\]/)),
        emptier(30, 200),
      ),
    },
    // Localised pages keep the link back through the history and a number of 17 digits and more.
    {
      id: 'number-and-back',
      strength: 'wall',
      says: 'a number of 17 digits and more and a link back through the history, and hardly anything else',
      look: all(
        text(/\b\d{17,22}\b/),
        element('a', 'href', /^javascript:\s{0,9}(?:window\.)?history\.(?:back\(|go\(-1)/i),
        emptier(25, 350),
      ),
    },
    // Localised pages keep the number (WhatWaf issue 1390).
    {
      id: 'support-number',
      strength: 'wall',
      says: 'support ID of 18 digits and more',
      look: text(/\bsupport id\b.{0,20}\b\d{18,22}\b/i),
    },
    // The same in other languages, with a number of 15 digits and more.
    {
      id: 'support-number-elsewhere',
      strength: 'wall',
      says: 'support ID of 15 digits and more, in another language than English',
      look: text(SUPPORT_NUMBER),
    },
    // Cookies of the load balancer, on ordinary pages (wafw00f).
    {
      id: 'watched',
      strength: 'presence',
      says: 'F5 serves this site',
      look: any(cookie(/^BIGipServer/), cookie(/^TS[0-9a-f]{6,8}$/)),
    },
  ],
}
