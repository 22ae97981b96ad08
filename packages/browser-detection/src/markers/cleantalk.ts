import { type Defence, fraudDetect, text } from '../marker.ts'

/** CleanTalk. */
export const cleantalk: Defence = {
  name: 'cleantalk',
  reason: fraudDetect('cleantalk'),
  markers: [
    // Page of its SpamFireWall.
    {
      id: 'spam-firewall',
      strength: 'wall',
      says: 'text "SpamFireWall is activated for your IP"',
      look: text(/\bspamfirewall is (?:activated|checking)\b/i),
    },
    // Page of the plugin's crawler protection.
    {
      id: 'anti-crawler',
      strength: 'hint',
      says: 'text "Anti-Crawler Protection is checking your browser"',
      look: text(/\banti-crawler protection is (?:activated|checking)\b/i),
    },
  ],
}
