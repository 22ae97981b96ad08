import { all, any, type Defence, element, emptier, fraudDetect, header, script, status, title, url } from '../marker.ts'

const LINKEDIN_HOST = /(?:^|\.)linkedin\.com$/i

/** LinkedIn. */
export const linkedin: Defence = {
  name: 'linkedin',
  reason: fraudDetect('linkedin'),
  markers: [
    // Address that visitors without an account are sent to.
    {
      id: 'auth-wall',
      strength: 'proof',
      says: 'the page is at /authwall of LinkedIn',
      look: url({ host: LINKEDIN_HOST, path: /^\/authwall(?:\/|$)/i }),
      reason: { type: 'login-wall' },
    },
    // No other server uses 999; its body of 1.5 kB only redirects to /authwall.
    {
      id: 'status-999',
      strength: 'proof',
      says: 'status 999 of LinkedIn',
      look: all(
        status(999),
        any(url({ host: LINKEDIN_HOST }), title(/\blinkedin\b/i), header('x-li-fabric', /./), header('x-li-pop', /./)),
      ),
    },
    // Address of its security checks.
    {
      id: 'checkpoint',
      strength: 'proof',
      says: 'the page is at /checkpoint/ of LinkedIn',
      look: url({ host: LINKEDIN_HOST, path: /^\/checkpoint\/(?:challenge|rm|lg)/i }),
    },
    // Body of the 999 answer.
    {
      id: 'redirect-script',
      strength: 'wall',
      says: 'page that is nothing but a script that sends the visitor to /authwall',
      look: all(any(script(/\/authwall\?trk=/), element('meta', 'content', /\/authwall\?/i)), emptier(20, 60)),
    },
  ],
}
