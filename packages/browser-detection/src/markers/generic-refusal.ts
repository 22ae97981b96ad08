import { all, any, type Defence, emptier, fraudDetect, none, status, text, title } from '../marker.ts'
import {
  ACCESS_REFUSED,
  FILTERED_BY_NETWORK,
  NUMBERED,
  THIS_SITE,
  PRINTED_ADDRESS,
  REFUSED_HERE,
  REFUSING_TITLE,
  refusals,
  saysUnusual,
  statements,
  stoppedForSecurity,
  triedIsBlocked,
  yourAddressBlocked,
  yoursBlocked,
} from './looks-elsewhere.ts'
import { NOTICE } from './page-frames.ts'

/** Titles of refusals, by their words or their number. */
const REFUSED_TITLE = new RegExp(
  `${REFUSING_TITLE.source}|^\\D{0,16}\\b403\\b|^(?:access|page|site) (?:is )?(?:denied|blocked)\\b`,
  'i',
)
/** Sites close for a security update, too. */
const NOT_MAINTENANCE = none(
  text(
    /wartung|update|aktualisier|maintenance|mantenimiento|manutenção|manutenzione|onderhoud|konserwac|údržb|обслуживан|обновлен|bakım|维护|維護|メンテナンス|점검/i,
  ),
)
const REFUSING = status(403, 405, 406, 418, 429, 444, 468, 493, 503)

/**
 * Refusals that say no cause, and refusals in other languages than English. Applications refuse with the same words and the status
 * 403, so the status alone backs nothing here: two places must agree.
 */
export const genericRefusal: Defence = {
  name: 'generic-refusal',
  reason: { type: 'unknown' },
  statuses: [],
  markers: [
    // Pages of a dozen firewalls print a number for support (wafw00f); so do applications, hence the status.
    {
      id: 'reference',
      strength: 'hint',
      says: 'a reference, incident or support number on an otherwise empty page',
      look: all(
        text(
          /\b(?:reference|incident|support|request|event|case|block|transaction|ray|trace|unique|error) ?(?:id|number|no\.?|#)(?: is)?:? ?(?:\[ ?)?#?[a-z0-9-]{8}|\b(?:req|r|inc)id:? ?[a-z0-9-]{8}/i,
        ),
        status(403, 405, 406, 418, 429, 503),
      ),
    },
    // Titles of refusal pages (gpc-web-crawler issue 51).
    {
      id: 'denied',
      strength: 'hint',
      says: 'title or heading that says blocked or denied',
      look: title(
        /^(?:[\w.-]{1,60} [-|] )?(?:(?:http )?(?:error )?40[36]:? ?[-–:|]? ?)?(?:(?:access|request|website|page|ip|country|you(?:r request)?|this request|sorry, you) ?(?:is|was|has been|have been)? ?(?:denied|blocked|rejected|forbidden|restricted|intercepted)|blocked(?: ip)?|security block|banned)\b(?! ?\?)/i,
      ),
    },
    // The visitor's own address, printed by refusals for the letter to support.
    {
      id: 'your-address',
      strength: 'hint',
      says: "the visitor's IP address on an otherwise empty page",
      look: all(
        NOTICE,
        text(
          /\b(?:(?:your|client|remote|visitor|requestor) ?(?:ip|ip[- ]address|address)|ip(?: address)?):? ?(?:is:? )?(?:\d{1,3}\.){3}\d{1,3}/i,
        ),
        status(403, 405, 406, 418, 429, 503),
      ),
    },
    // The same words in the titles of other languages.
    {
      id: 'denied-elsewhere',
      strength: 'hint',
      says: 'title that says blocked or denied in another language than English',
      look: title(REFUSING_TITLE),
    },
    // "Your request was blocked for security reasons" in the same languages.
    {
      id: 'blocked-elsewhere',
      strength: 'hint',
      says: 'text that the request was blocked for security reasons, in another language than English',
      look: all(NOTICE, NOT_MAINTENANCE, statements),
      reason: fraudDetect('unknown'),
    },
    // "Your IP address is blocked": said to nobody but whom a machine stops, in any language.
    {
      id: 'your-address-elsewhere',
      strength: 'wall',
      says: "text that the visitor's IP address is blocked, in another language than English",
      look: all(NOTICE, yourAddressBlocked),
      reason: fraudDetect('unknown'),
    },
    // "Your request was blocked for security reasons": who says so of the visitor's own request means the visitor.
    {
      id: 'stopped-elsewhere',
      strength: 'wall',
      says: "text that the visitor's request was blocked for security reasons, in another language than English",
      look: all(NOTICE, NOT_MAINTENANCE, stoppedForSecurity),
      reason: fraudDetect('unknown'),
    },
    // "Your access is blocked", with a number to tell to support.
    {
      id: 'yours-with-number-elsewhere',
      strength: 'wall',
      says: "text that the visitor's access is blocked, with a number or an address, in another language than English",
      look: all(NOTICE, yoursBlocked, text(NUMBERED)),
      reason: fraudDetect('unknown'),
    },
    // "The page that you are trying to visit is blocked", as filters between the visitor and any site say it.
    {
      id: 'tried-is-blocked',
      strength: 'wall',
      says: 'text that the site which the visitor tries to see is blocked',
      look: all(emptier(60, 400), triedIsBlocked),
      reason: fraudDetect('unknown'),
    },
    // "Access to this page was blocked by the content filter; ask the administrator of your network".
    {
      id: 'filtered-elsewhere',
      strength: 'wall',
      says: 'text that a filter of the network has blocked the site, in another language than English',
      look: all(
        emptier(60, 500),
        text(FILTERED_BY_NETWORK),
        text(REFUSED_HERE),
        any(text(THIS_SITE), title(REFUSED_TITLE)),
      ),
      reason: fraudDetect('unknown'),
    },
    // "Access is forbidden", with the address of the visitor.
    {
      id: 'access-with-address-elsewhere',
      strength: 'wall',
      says: "text that access is refused, with the visitor's IP address, in another language than English",
      look: all(emptier(60, 400), text(PRINTED_ADDRESS), text(ACCESS_REFUSED), title(REFUSED_TITLE)),
      reason: fraudDetect('unknown'),
    },
    // With a status that refuses, one such sentence is enough.
    {
      id: 'refused-elsewhere',
      strength: 'wall',
      says: 'refusing status, with a text that the request was blocked for security reasons in another language than English',
      look: all(NOTICE, REFUSING, NOT_MAINTENANCE, any(yoursBlocked, refusals, saysUnusual)),
      reason: fraudDetect('unknown'),
    },
    // "Your access has been blocked".
    {
      id: 'yours-elsewhere',
      strength: 'hint',
      says: "text that the visitor's access or address is blocked, in another language than English",
      look: all(NOTICE, yoursBlocked),
      reason: fraudDetect('unknown'),
    },
  ],
}
