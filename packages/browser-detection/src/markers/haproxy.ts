import { all, any, type Defence, fraudDetect, status, text } from '../marker.ts'

/** HAProxy's deny rules. */
export const haproxy: Defence = {
  name: 'haproxy',
  reason: fraudDetect('haproxy'),
  markers: [
    // Its built-in 403 page, whole.
    {
      id: 'administrative-rules',
      strength: 'wall',
      says: 'whole page is "403 Forbidden. Request forbidden by administrative rules."',
      look: all(text(/^403 forbidden request forbidden by administrative rules\.?$/i), any(status(403), text(/^403/))),
    },
    // The same sentence on a page with more.
    {
      id: 'forbidden',
      strength: 'hint',
      says: 'text "Request forbidden by administrative rules"',
      look: text(/\brequest forbidden by administrative rules\b/i),
    },
  ],
}
