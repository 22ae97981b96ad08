import { all, cookie, type Defence, emptier, fraudDetect, script, text } from '../marker.ts'

/** Reblaze. */
export const reblaze: Defence = {
  name: 'reblaze',
  reason: fraudDetect('reblaze'),
  markers: [
    // Check by script: its variable (wafw00f; saved pages of 2019 and 2023).
    {
      id: 'script-challenge',
      strength: 'wall',
      says: 'page that is nothing but a script that sets rbzns',
      look: all(script(/\bwindow\.rbzns\s{0,3}=|\bwinsocks\(/), emptier(20, 100)),
    },
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
