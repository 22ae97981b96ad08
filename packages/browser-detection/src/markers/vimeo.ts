import { type Defence, fraudDetect, text } from '../marker.ts'

/** Vimeo's streaming sites. */
export const vimeo: Defence = {
  name: 'vimeo',
  reason: fraudDetect('vimeo'),
  markers: [
    // Text of its page "Verify to continue".
    {
      id: 'verify',
      strength: 'wall',
      says: 'text "we detected a high number of errors from your connection"',
      look: text(/\bdetected a high number of errors from your connection\b/i),
    },
  ],
}
