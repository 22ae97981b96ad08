import { all, any, type Defence, emptier, none, rateLimit, text, title } from '../marker.ts'
import {
  exceeded,
  GATE,
  saysTooMany,
  TOO_MANY_ALONE,
  TOO_MANY_FROM_YOU,
  TOO_MANY_SOON,
  TOO_MANY_TRY_AGAIN,
} from './looks-elsewhere.ts'

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
    // The same where it is all that the page says: a line for programs, with the number or without.
    {
      id: 'nothing-but-limit',
      strength: 'wall',
      says: 'page that says nothing but that a limit was exceeded',
      look: all(
        emptier(25, 160),
        any(
          text(
            /^(?:error:? ?)?(?:429:? ?[-–:|]? ?too many requests\b|(?:api )?rate limit(?: has been| was)? (?:exceeded|reached)\b)|^(?:\{.{0,60}"|[^a-z]{1,4})?(?:too many requests|rate limit(?:ed| (?:has been )?(?:exceeded|reached)))\b(?:[^a-z]{1,5}(?:please )?(?:try again|retry|slow down|wait)|.{0,3}",? ?"|"\}{1,3}$)|^\{.{0,60}"too many requests\b/i,
          ),
          text(TOO_MANY_ALONE),
        ),
      ),
    },
    // "You're going too fast", "you have reached the limit of page views for your IP address".
    {
      id: 'too-fast',
      strength: 'wall',
      says: 'text that the visitor goes too fast, or has used up what an address may ask for',
      look: all(
        emptier(80, 700),
        text(
          /\byou(?:['’]re| are) (?:going|browsing|moving|clicking|refreshing|requesting|loading pages) (?:a (?:bit|little) )?too (?:fast|quickly)\b(?! ?\?)|\byou(?:['’]ve| have)? (?:reached|exceeded|used up)\b[^.!?]{0,50}\b(?:limit|quota)\b[^.!?]{0,30}\b(?:your|this) (?:ip|address|network)\b/i,
        ),
      ),
    },
    // "Whoa, slow down! Try again shortly", said of requests and not of cars.
    {
      id: 'slow-down',
      strength: 'wall',
      says: 'text that the visitor is to slow down and to try again later',
      look: all(
        emptier(80, 500),
        text(/\bslow down\b/i),
        text(/\brequests?\b|\btry(?:ing)? again (?:later|shortly|soon|in)\b/i),
      ),
    },
    // "Too many requests. Please try again later", where the page says little else.
    {
      id: 'too-many-try-again',
      strength: 'wall',
      says: 'text that there were too many requests, and to try again later',
      look: all(
        emptier(60, 350),
        any(
          text(/\btoo many (?:requests|attempts)\b[^?]{0,40}\b(?:try again|slow down|wait)\b/i),
          // Where the way on is to prove to be human, waiting is none.
          all(saysTooMany, text(TOO_MANY_TRY_AGAIN), none(text(GATE))),
          all(saysTooMany, text(TOO_MANY_SOON), none(text(GATE))),
          all(saysTooMany, text(TOO_MANY_FROM_YOU), none(text(GATE))),
          all(exceeded, none(text(GATE))),
          // An answer to a program has no other room to say it.
          all(text(/^\{/), saysTooMany, emptier(12, 300)),
        ),
      ),
    },
    // The same words in other languages, where something else agrees.
    {
      id: 'too-many-elsewhere',
      strength: 'hint',
      says: 'text that there were too many requests, in another language than English',
      look: all(saysTooMany, emptier(60, 500), none(text(GATE))),
    },
    // The same as a title.
    {
      id: 'too-many-title-elsewhere',
      strength: 'wall',
      says: 'title that there were too many requests, in another language than English',
      look: all(emptier(60, 500), title(TOO_MANY_ALONE), none(text(GATE))),
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
