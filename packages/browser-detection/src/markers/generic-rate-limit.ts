import { all, type Defence, emptier, rateLimit, text, title } from '../marker.ts'
import { TOO_MANY } from './words-elsewhere.ts'

/** Rate limits by what the page says. The status 429 and the headers of limits are judged in rate-limit.ts. */
export const genericRateLimit: Defence = {
  name: 'generic-rate-limit',
  reason: rateLimit,
  markers: [
    // RFC 6585, section 4: the name of status 429.
    {
      id: 'too-many-title',
      strength: 'wall',
      says: 'title "429" or "Too Many Requests"',
      look: title(
        /^(?:http )?(?:error )?(?:429[:.]?(?:\s{0,9}[-–|:])?\s{0,9}(?:\(?too many requests\b|error\b|$)|too many requests\b|(?:[\w. ]{1,30} [-|–] )?request rate (?:threshold|limit) exceeded\b|rate[- ]limit(?:ed| (?:has been )?(?:exceeded|reached))[.!]?(?:$| [-|–]))/i,
      ),
    },
    // GitHub and others.
    {
      id: 'limit-exceeded',
      strength: 'wall',
      says: 'text that a rate limit was exceeded',
      look: text(
        /\byou (?:have|are|were|'ve) (?:been |being |temporarily ){0,3}(?:rate[- ]limited|throttled)\b|\byou(?:'ve| have)? exceeded (?:a|the|your) (?:secondary )?(?:rate|request) limit\b/i,
      ),
    },
    // "Too many requests from your IP", "you have sent too many requests", "you are sending requests too quickly".
    {
      id: 'too-many-from-you',
      strength: 'wall',
      says: 'text that too many requests came from the visitor',
      look: all(
        emptier(80, 700),
        text(
          /\btoo many (?:requests|attempts|connections)[^.!?]{0,30}\b(?:from|by) (?:your|this) (?:ip|address|computer|network|connection|location)\b|\byou(?:'ve| have| are)?[^.!?]{0,20}\b(?:made|making|sent|sending|reached|exceeded)[^.!?]{0,30}\b(?:too many|limit of) requests\b|\bsending requests too (?:quickly|fast)\b|\byour ip\b[^.!?]{0,40}\btoo many requests\b|\b(?:too fast|too many attempts)\b[^.!?]{0,40}\b(?:temporarily (?:banned|blocked)|try again)\b/i,
        ),
      ),
    },
    // Bodies of a line, as interfaces for programs give them.
    {
      id: 'too-many-alone',
      strength: 'wall',
      says: 'nothing but a line about too many requests',
      look: all(
        emptier(12, 160),
        text(
          /^(?:\{.{0,60}"|429 |[^a-z]{1,4})?(?:too many requests|rate limit(?:ed| (?:has been )?(?:exceeded|reached)))\b(?:[^a-z]{1,5}(?:please )?(?:try again|retry|slow down|wait)|.{0,3}",? ?"|"\})|^\{.{0,60}"too many requests\b/i,
        ),
      ),
    },
    // The same in other languages, on a page that says nothing else.
    {
      id: 'too-many-elsewhere',
      strength: 'wall',
      says: 'nothing but a line about too many requests, in another language than English',
      look: all(emptier(30, 70), text(TOO_MANY)),
    },
    // The same words in the text.
    { id: 'too-many', strength: 'hint', says: 'text "too many requests"', look: text(/\btoo many requests\b/i) },
    // Words of many APIs.
    {
      id: 'limit',
      strength: 'hint',
      says: 'text "rate limit exceeded"',
      look: text(/\brate limit(?: has been)? (?:exceeded|reached)\b/i),
    },
  ],
}
