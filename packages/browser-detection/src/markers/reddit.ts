import { all, any, type Defence, fraudDetect, text, title, url } from '../marker.ts'

/** Reddit. */
export const reddit: Defence = {
  name: 'reddit',
  reason: fraudDetect('reddit'),
  markers: [
    // Page of 2025 that a script answers by itself.
    {
      id: 'verification',
      strength: 'wall',
      says: 'title "Reddit - Please wait for verification"',
      look: title(/^reddit - please wait for verification/i),
    },
    // Text of the 403 page for networks.
    {
      id: 'network-policy',
      strength: 'wall',
      says: 'text "Your request has been blocked due to a network policy"',
      look: text(/\byour request has been blocked due to a network policy\b/i),
    },
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
    {
      id: 'blocked-title',
      strength: 'hint',
      says: 'title "Blocked" of a page that speaks of Reddit',
      look: all(title(/^blocked$/i), any(text(/\breddit\b/i), url({ host: /(?:^|\.)reddit\.com$/i }))),
    },
  ],
}
