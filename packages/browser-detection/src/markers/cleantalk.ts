import { type Defence, fraudDetect, text } from '../marker.ts'

/** CleanTalk. */
export const cleantalk: Defence = {
  name: 'cleantalk',
  reason: fraudDetect('cleantalk'),
  markers: [
    // Footer of all its pages, in every language.
    {
      id: 'footer',
      strength: 'hint',
      says: 'text "Anti-spam by CleanTalk" on an otherwise empty page',
      look: text(/\banti-?spam by cleantalk\b/i),
    },
    // Script of its checks.
    {
      id: 'localised',
      strength: 'hint',
      says: "text of CleanTalk's check for the visitor's address",
      look: text(/\banti-crawler\b|\bspam ?firewall\b/i),
    },
    // Page of its SpamFireWall.
    {
      id: 'spam-firewall',
      strength: 'wall',
      says: 'text "SpamFireWall is activated for your IP"',
      look: text(/\bspamfirewall is (?:activated|checking)\b/i),
    },
    // Page of the plugin's protection against floods.
    {
      id: 'anti-flood',
      strength: 'wall',
      says: 'text "Anti-Flood is activated for your IP"',
      look: text(/\banti-flood is activated for your ip\b/i),
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
