import { all, cookie, type Defence, fraudDetect, text } from '../marker.ts'

/** Reblaze. */
export const reblaze: Defence = {
  name: 'reblaze',
  reason: fraudDetect('reblaze'),
  markers: [
    // Default refusal.
    {
      id: 'session-terminated',
      strength: 'wall',
      says: 'texts "Current session has been terminated" and "Access denied (403)"',
      look: all(text(/\bcurrent session has been terminated\b/i), text(/\baccess denied \(\d{3}\)/i)),
    },
    // The same, customised.
    {
      id: 'session-only',
      strength: 'hint',
      says: 'text "Current session has been terminated"',
      look: text(/\bcurrent session has been terminated\b/i),
    },
    // Cookie on ordinary pages (wafw00f).
    { id: 'watched', strength: 'presence', says: 'Reblaze serves this site', look: cookie(/^rbzid$/) },
  ],
}
