import { all, any, type Defence, element, emptier, none, rateLimit, script, text, title } from '../marker.ts'
import { ASKS_NOTHING_ELSE } from './generic-gate.ts'
import {
  AGAIN,
  ATTEMPTS_TITLE,
  exceeded,
  GATE,
  NUMBERED_429,
  saysTooMany,
  TOO_MANY_ALONE,
  TOO_MANY_ATTEMPTS,
  TOO_MANY_FROM_YOU,
  TOO_MANY_IN_TITLE,
  TOO_MANY_LEADS,
  TOO_MANY_SOON,
  TOO_MANY_TITLE,
  TOO_MANY_TRY_AGAIN,
} from './looks-elsewhere.ts'
import { KEPT_OUT, OF_THE_VISIT } from './parts-of-walls.ts'

/** That too much was asked for. */
const TOO_MUCH = any(
  text(
    /\btoo (?:many|much) (?:page |http |api |recent |search |concurrent |simultaneous |failed |login |failed login )?(?:requests|attempts|searches|queries|pages|connections(?! to\b)|hits|visits|views|calls|actions|times)\b|\b(?:you(?:['’]re| are|['’]ve been| have been)|been) (?:[a-z]{1,12} )?(?:doing|refreshing|requesting|searching|browsing|going|clicking|loading|sending|making|moving|accessing|visiting|using|performing)\b[^.!?]{0,30}\btoo (?:much|often|fast|quickly|many|frequently)\b|\brequests? (?:this|so|too) (?:quickly|fast|often|frequently)\b|\b(?:rate|request|search|page ?view|query|hourly|crawl|api) limit (?:(?:has been|is|was) )?(?:exceeded|reached|hit)\b|\b(?:exceeded|reached|hit|over) (?:[\w-]{1,12} ){0,3}(?:rate|request|search|page ?view|query|hourly|crawl|api) limits?\b|\brate[- ]limit(?:ed|ing)\b|\bthrottl(?:ed|ing)\b|\byou(?:['’]ve| have) been temporarily (?:limited|slowed)\b|\bunusually (?:high|large) (?:number|amount|volume|rate) of (?:requests|traffic)\b|\babuse detection\b|\b(?:a lot of|more(?: than \d{1,6})?|many) requests (?:from|than|in) (?:you|a|an|we|one|per|your)\b|\btoo many \w{1,15} (?:\w{1,10} )?(?:in (?:such )?a short (?:time|period)|from (?:your|this) (?:network|ip))\b|\brequests? (?:much )?(?:faster|more (?:often|quickly)) than\b|\btoo many \w{1,15} (?:have been |were )?(?:requested|downloaded|viewed|opened|loaded)\b|\b(?:maximum|max|allowed|permitted) number of (?:page |api |http )?(?:requests|searches|queries|pages|views)\b|\bquota (?:has been |was |is )?(?:exceeded|reached)\b[^.!?]{0,20}\byour (?:ip|address|network)\b|\byou(?:['’]ve| have)(?: been)? overus(?:ed|ing)\b|\bfor overusing\b|\bonly allowed \d{1,6} \w{1,10} per\b|\bmore than \d{1,6} requests\b|\bexceeded the (?:number|amount|limit) of\b|\bwait \d{1,4} (?:seconds|minutes) between\b/i,
  ),
)
/** That the visitor is to wait. */
const WAIT = text(
  /\bback off\b|\b(?:wait|try (?:your request |it )?again|come back|retry|(?:please )?return|check back|slow down|take a (?:short )?break|give (?:us|it)|hold (?:on|tight|your horses)|reload)\b[^.!?]{0,40}\b(?:later|shortly|soon|(?:in |for |at least )?(?:a|an|\d{1,4}|few|couple|one|some|several)\b[^.!?]{0,12}\b(?:seconds?|minutes?|moments?|hours?|while|bit|time)|again|tomorrow)\b|\bslow down\b|\buse another instance\b|\bto wait\b|\ballowed per (?:second|minute|hour|day)\b|\b(?:in|for) \d{1,6} (?:seconds|minutes|hours)\b/i,
)
/** That a limit was exceeded, in the words of interfaces for programs. */
const LIMITED =
  /\brate[-_ ]?limit(?:ed|s|ing)?\b[^{}]{0,40}\b(?:exceeded|reached|hit|exhausted)\b|(?<!["'])\b(?:you are being|local_|been|::) ?rate[-_ ]?limited\b|\bidx::rate_limited\b|\brate (?:limit is )?exceeded\b|\btoomanyrequests\b|: ?"rate[-_ ]?limited"(?:,|\}$)|\bover_query_limit\b|\b(?:exceed(?:ed|ing|s)?|reached|hit) (?:your|the|our) (?:allowable |allowed )?rate[- ]limit\b|"too[_ ]many[_ ](?:requests|attempts)\b|\b(?:request|you|client|ip) (?:was|were|is|are|has been|have been) (?:being )?throttled\b|\b(?:quota|calls?|request limit|api limit|query limit|usage limit)s?(?: quota)? (?:exceeded|exhausted|reached)\b|\b(?:reached|exceeded|exhausted) (?:your|the) (?:[\w-]{1,12} ){0,2}(?:rate|request|api|query|pull) (?:[\w-]{1,12} )?(?:limit|quota)\b|"message" ?: ?"limit exceeded"|\bresource_exhausted\b|\b(?:throttlingexception|slowdown)\b|^retry later\b|(?:exception|error): ?too many requests\b|^(?:[a-z]{1,12} )?rate limit exc?ee?de{1,2}d\b/i
/** The same at the head of a page with a title, which is a person's. */
const LIMITED_FIRST =
  /^[^.!?]{0,30}\b(?:rate (?:limit )?(?:is |has been |was )?(?:exceeded|reached)|rate[-_ ]limited)\b/i
/** Of an answer that tells about limits and is none. */
const LISTS_LIMITS = /"(?:remaining|used)" ?: ?[1-9]|\bstorage\b|\bdisk\b|\bmailbox\b/i

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
        /^(?:an error occurred: )?(?:http )?(?:error )?(?:429[:.]?(?:\s{0,9}[-–|·:])?\s{0,9}(?:\(?too many (?:requests|attempts)\b|rate[- ]limited\b|error\b|$)|too many requests\b|(?:[\w. ]{1,30} [-|–] )?request rate (?:threshold|limit) exceeded\b|rate[- ]limit(?:ed| (?:has been )?(?:exceeded|reached))[.!]?(?:$| [-|–]))/i,
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
          /\btoo many (?:requests|attempts|connections)[^.!?]{0,30}\b(?:from|by) (?:your|this) (?:ip|address|computer|network|connection|location)\b|\byou(?:'ve| have| are)?[^.!?]{0,20}\b(?:made|making|sent|sending|reached|exceeded)[^.!?]{0,30}\b(?:too many|limit of) requests\b|\bsending requests too (?:quickly|fast)\b|\byour ip\b[^.!?]{0,40}\b(?:too many requests\b|made more than \d{1,6} requests\b)|\b(?:too fast|too many attempts)\b[^.!?]{0,40}\b(?:temporarily (?:banned|blocked)|try again)\b/i,
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
            /^(?:error:? ?)?(?:429:? ?[-–:|]? ?too many requests\b|(?:api )?rate limit(?: has been| was)? (?:exceeded|excee?d?e?d|reached)\b)|^(?:\{.{0,60}"|[^a-z]{1,4})?(?:too many requests|rate limit(?:ed| (?:has been )?(?:exceeded|reached)))\b(?:[^a-z]{1,5}(?:please )?(?:try again|retry|slow down|wait)|.{0,3}",? ?"|"\}{1,3}$)|^\{.{0,60}"too many requests\b/i,
          ),
          text(
            /^you(?:['’]ve| have) (?:exceeded|reached) (?:the|your) (?:[a-z]{1,12} ){0,2}(?:number|limit) of (?:[a-z]{1,12} )?requests\b/i,
          ),
          text(TOO_MANY_ALONE),
          text(/^(?:too many requests \(\w{1,10}\)|rate limited)[.!]?$/i),
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
          /\byou(?:['’]re| are) (?:going|browsing|moving|clicking|refreshing|requesting|(?:loading|viewing|opening) pages|making requests) (?:a (?:bit|little) )?too (?:fast|quickly)\b(?! ?\?)|\b(?:not able|unable) to serve your requests? (?:this|so|that) (?:quickly|fast|often)\b|\byou(?:['’]ve| have)? (?:reached|exceeded|used up)\b[^.!?]{0,50}\b(?:limit|quota)\b[^.!?]{0,30}\b(?:your|this) (?:ip|address|network)\b/i,
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
          text(/\b(?:error|status|code):? 429\b[^a-z]{0,5}too many requests\b/i),
          // Where the way on is to prove to be human, waiting is none.
          all(saysTooMany, text(TOO_MANY_TRY_AGAIN), none(text(GATE))),
          all(saysTooMany, text(TOO_MANY_SOON), none(text(GATE))),
          // On a page of one line, that is what it says.
          all(
            emptier(25, 180),
            saysTooMany,
            AGAIN,
            none(title(/^(?!429|error|oops)./i), text(GATE), text(TOO_MANY_LEADS)),
          ),
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
      look: all(
        emptier(80, 500),
        any(
          title(TOO_MANY_TITLE),
          all(title(TOO_MANY_IN_TITLE), AGAIN, emptier(60, 300)),
          all(title(ATTEMPTS_TITLE), any(AGAIN, title(NUMBERED_429))),
        ),
        none(text(GATE)),
      ),
    },
    // "Erreur 429", over the words in any language.
    {
      id: 'numbered-title',
      strength: 'wall',
      says: 'title with the number 429, over a text that there were too many requests',
      look: all(
        emptier(80, 600),
        title(NUMBERED_429),
        any(text(/\btoo many (?:requests|attempts)\b|\brate[- ]limited\b/i), saysTooMany),
        none(text(GATE)),
      ),
    },
    // The words as a heading, which the visible text begins with: what follows begins a sentence.
    {
      id: 'heading-of-limit',
      strength: 'wall',
      says: 'page that begins with the heading that there were too many requests',
      look: all(
        emptier(40, 420),
        title(/^(?:$|error\b|429\b|oops\b)/i),
        text(/^(?:(?:Error|HTTP) )?(?:429:? ?[-–|·]? ?)?[Tt]oo [Mm]any (?:[Rr]equests|[Aa]ttempts)[.!]? (?=[A-Z])/),
        ASKS_NOTHING_ELSE,
        none(text(GATE)),
      ),
    },
    // "Too many failed logins. Try again in an hour", where there is no form to try it in.
    {
      id: 'attempts-try-again',
      strength: 'wall',
      says: 'nothing but a text that there were too many attempts, and in what time to try again',
      look: all(emptier(30, 260), ASKS_NOTHING_ELSE, text(TOO_MANY_ATTEMPTS), AGAIN, text(/\d/), none(text(GATE))),
    },
    // What frameworks print of an error that nobody caught, with the lines of their code.
    {
      id: 'trace-of-limit',
      strength: 'wall',
      says: 'nothing but the trace of an error that a limit was exceeded',
      look: all(
        emptier(40, 1500),
        text(/^(?:\w{0,30}(?:error|exception): )?(?:too many requests|rate limit exceeded)\b/i),
        text(/\bat [^]{1,160}:\d{1,6}:\d/),
      ),
    },
    // A page that has its words in a script, in the languages of its visitors.
    {
      id: 'scripted-limit',
      strength: 'wall',
      says: 'empty page whose script writes that there were too many requests, in the language of the browser',
      look: all(
        emptier(60, 200),
        none(element('script', 'src', /./)),
        script(/\bnavigator\.language/),
        script(/["'](?:too many requests|rate[- ]limited)\b/i),
        // Scripts of applications have the words of many errors.
        none(script(/["'](?:page )?not found\b|\b(?:404|500)\b/i)),
      ),
    },
    // Who tries passwords is stopped like who asks too often.
    {
      id: 'locked-out',
      strength: 'wall',
      says: 'nothing but a line that there were too many attempts to log in',
      look: all(
        emptier(30, 200),
        ASKS_NOTHING_ELSE,
        text(
          /^(?:[\w ]{1,20}[:.!]? )?(?:locked out )?(?:there (?:have been|were) )?too many (?:failed |unsuccessful |invalid )?(?:log-?in|sign-?in|password|authentication) attempts(?:[.!,;:]|$| from (?:your|this)\b)/i,
        ),
      ),
    },
    // Of two parts: too much was asked for, and the visitor is to wait.
    {
      id: 'too-much-and-wait',
      strength: 'wall',
      says: 'text that the visitor asked for too much, and is to wait',
      look: all(
        emptier(80, 600),
        TOO_MUCH,
        any(WAIT, KEPT_OUT),
        ASKS_NOTHING_ELSE,
        OF_THE_VISIT,
        none(text(/\b(?:new|verification) codes?\b|\bupgrade\b/i)),
      ),
    },
    // "Please wait a few minutes before you try again", and nothing else (Instagram, GitHub).
    {
      id: 'nothing-but-wait',
      strength: 'wall',
      says: 'page that says nothing but to wait before trying again',
      look: all(
        emptier(30, 130),
        text(
          /^(?:[\w' !.]{1,40}[.!] )?(?:please )?wait (?:a (?:few|couple of) (?:minutes|moments|seconds)|\d{1,4} (?:minutes?|seconds?)|a (?:while|bit|moment))(?: before you| before trying| and| then)? (?:try(?:ing)?|retry)|^retry later\W{0,2}$/i,
        ),
      ),
    },
    // What interfaces for programs answer, in a line: as text, or as an object that names the limit.
    {
      id: 'line-of-limit',
      strength: 'wall',
      says: 'nothing but a line or an object that says that a limit was exceeded',
      look: all(
        emptier(12, 420),
        any(none(title(/^(?!error$|429$)./i)), all(emptier(12, 120), text(LIMITED_FIRST))),
        text(LIMITED),
        none(text(LISTS_LIMITS)),
      ),
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
