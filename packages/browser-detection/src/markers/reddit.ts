import { type Defence, fraudDetect, text, title } from '../marker.ts'

/** Reddit. */
export const reddit: Defence = {
  name: 'reddit',
  reason: fraudDetect('reddit'),
  markers: [
    // Text of its 403 page since 2023.
    {
      id: 'network-security',
      strength: 'wall',
      says: 'text "blocked by network security"',
      look: text(/\bblocked by network security\b/i),
    },
    // Heading of its older rate-limit page.
    { id: 'whoa-there', strength: 'hint', says: 'text "whoa there, pardner!"', look: text(/\bwhoa there, pardner\b/i) },
    // Title of the 403 page.
    { id: 'blocked-title', strength: 'hint', says: 'title "Blocked"', look: title(/^blocked$/i) },
  ],
}
