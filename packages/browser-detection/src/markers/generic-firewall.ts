import { all, type Defence, emptier, fraudDetect, text, title } from '../marker.ts'

/** A notice is a few sentences; small pages of documentation, which say the same, are longer. */
const NOTICE = emptier(80, 700)

/**
 * Firewalls that do not say their name. Sentences that only a machine that refuses says, and only on a page that says nothing else.
 * Collected from auto-filed issues of WhatWaf ("Unknown Firewall").
 */
export const genericFirewall: Defence = {
  name: 'generic-firewall',
  reason: { type: 'unknown' },
  statuses: [403, 405, 406, 418, 444, 999],
  markers: [
    // "Your request has been blocked for security purposes", "denied for security reason", "blocked by our security policy".
    {
      id: 'blocked-for-security',
      strength: 'wall',
      says: 'text that the request was blocked for security reasons',
      look: all(
        text(
          /\b(?:request|requests?|access|page|transaction|connection|ip|url|visit)\b[^.!?]{0,60}\b(?:blocked|denied|rejected|refused|stopped|restricted|intercepted)\b[^.!?]{0,40}\b(?:security|firewall|waf|system policy|web application firewall|protection system)\b/i,
        ),
        NOTICE,
      ),
      reason: fraudDetect('unknown'),
    },
    // "Web firewall security policies … has been blocked".
    {
      id: 'firewall-blocked',
      strength: 'wall',
      says: 'text that a firewall has blocked the request',
      look: all(
        text(
          /\b(?:web application firewall|web firewall|waf|platform firewall|security (?:policy|policies|system|solution|rules?|service))\b[^.!?]{0,80}\b(?:has|have|was|been)\b[^.!?]{0,40}\b(?:blocked|denied|rejected|intercepted|terminated)\b/i,
        ),
        NOTICE,
      ),
      reason: fraudDetect('unknown'),
    },
    // Pages with the title "Request Rejected" or "… was rejected" and a number to tell to support.
    {
      id: 'rejected',
      strength: 'wall',
      says: 'text "The requested URL was rejected"',
      look: all(text(/\bthe requested url was rejected\b/i), NOTICE),
      reason: fraudDetect('unknown'),
    },
    // Pages of a dozen firewalls print a number for support (wafw00f).
    {
      id: 'reference',
      strength: 'hint',
      says: 'a reference, incident or support number on an otherwise empty page',
      look: text(
        /\b(?:reference|incident|support|request|event|case|block|transaction) ?(?:id|number|no\.?|#)(?: is)?:? ?#?[a-z0-9-]{8,}/i,
      ),
    },
    // Titles of refusal pages (gpc-web-crawler issue 51).
    {
      id: 'denied',
      strength: 'hint',
      says: 'title or heading that says blocked or denied',
      look: title(
        /^(?:[\w.-]{1,60} [-|] )?(?:access|request|website|page|you(?:r request)?) ?(?:is|was|has been|have been)? ?(?:denied|blocked|rejected)\b/i,
      ),
    },
    // Sentences of plugins and hosting panels.
    {
      id: 'you-are-blocked',
      strength: 'hint',
      says: 'text that the visitor, the address or the browser has been blocked',
      look: text(
        /\b(?:you have been|you are|you've been|your ip(?: address)?(?: \S{7,40})? (?:has been|is|was)|your (?:access|connection|network|browser) (?:has been|is|was))\s(?:temporarily |permanently )?(?:blocked|banned|blacklisted|denied)\b/i,
      ),
      reason: fraudDetect('unknown'),
    },
    // Sentences of bot managers.
    {
      id: 'suspicious',
      strength: 'hint',
      says: 'text about suspicious, automated or malicious activity of the visitor',
      look: text(
        /\b(?:suspicious|malicious|unusual|automated|abnormal) (?:activity|traffic|behaviou?r|requests?|queries)\b/i,
      ),
      reason: fraudDetect('unknown'),
    },
    // Sentences of gates without a known captcha.
    {
      id: 'not-a-robot',
      strength: 'hint',
      says: 'text that asks the visitor to prove to be human',
      look: text(
        /\b(?:verify|confirm|prove|check|sure)\b[^.!?]{0,30}\byou(?:'re| are) (?:a |an )?(?:not a |not an )?(?:human|robot|bot)\b|\bare you (?:a )?(?:human|robot)\?/i,
      ),
      reason: fraudDetect('unknown'),
    },
    // Titles of gates that copy Cloudflare's.
    {
      id: 'checking-browser',
      strength: 'hint',
      says: 'title that says that the browser is being checked',
      look: title(/\b(?:checking|verifying) your browser\b/i),
      reason: fraudDetect('unknown'),
    },
  ],
}
