import { all, any, cookie, type Defence, element, fraudDetect, text, title } from '../marker.ts'

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
      look: all(title(/^request rejected$/i), text(/\bsupport id(?: is| anda|):? ?\d{15,}/i)),
    },
    // Link of the default page, kept on customised ones (WhatWaf issue 289).
    {
      id: 'go-back',
      strength: 'wall',
      says: 'title "Request Rejected" with a link back through the history',
      look: all(title(/^request rejected$/i), element('a', 'href', /^javascript:\s*(?:window\.)?history\.back\(/i)),
    },
    // Localised pages keep the number (WhatWaf issue 1390).
    {
      id: 'support-number',
      strength: 'wall',
      says: 'support ID of 18 digits and more',
      look: text(/\bsupport id\b.{0,20}\b\d{18,22}\b/i),
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
