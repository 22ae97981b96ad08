import { type Defence, fraudDetect, header, text, title } from '../marker.ts'

/** Vercel's firewall. Challenges with 403 or with 429, which no waiting cures. */
export const vercel: Defence = {
  name: 'vercel',
  reason: fraudDetect('vercel'),
  markers: [
    // vercel.com/docs/vercel-firewall; seen in smartmenu issue 45.
    {
      id: 'mitigated',
      strength: 'proof',
      says: 'response header x-vercel-mitigated',
      look: header('x-vercel-mitigated', /^\s{0,9}(?:challenge|deny|block)/i),
    },
    // Title of the page (nab issue 25, with 429).
    {
      id: 'checkpoint',
      strength: 'wall',
      says: 'title "Vercel Security Checkpoint"',
      look: title(/^vercel security checkpoint$/i),
    },
    // Heading of the page, where the site keeps its own title.
    {
      id: 'checkpoint-heading',
      strength: 'wall',
      says: 'text that begins with "Vercel Security Checkpoint"',
      look: text(/^.{0,40}\bvercel security checkpoint\b/i),
    },
    // Text of the page.
    {
      id: 'checkpoint-text',
      strength: 'hint',
      says: 'text "We\'re verifying your browser"',
      look: text(/\bwe(?:'|’| a)re verifying your browser\b/i),
    },
  ],
}
