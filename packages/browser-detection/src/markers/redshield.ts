import { all, type Defence, fraudDetect, text } from '../marker.ts'

/** RedShield. */
export const redshield: Defence = {
  name: 'redshield',
  reason: fraudDetect('redshield'),
  markers: [
    // WhatWaf issue 57: its page names its own support address.
    {
      id: 'support',
      strength: 'proof',
      says: 'text with a support ID and the address support@red-shield.net',
      look: all(text(/\bsupport id:? ?\d{10}/i), text(/@red-?shield\./i)),
    },
  ],
}
