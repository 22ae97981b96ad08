import { all, any, type Defence, emptier, rateLimit, text, title } from '../marker.ts'

/** es, pt, fr, de, it, nl, pl, cs, ru, uk, tr, zh, ja, ko, sv, da, hu, ro, id, vi. */
const TOO_MANY_ELSEWHERE =
  'demasiad[ao]s (?:solicitudes|peticiones)|(?:muitas|demasiad[ao]s) (?:requisições|solicitações|pedidos)|trop de (?:requêtes|demandes)|zu viele (?:anfragen|zugriffe)|troppe richieste|te veel (?:verzoeken|aanvragen)|zbyt (?:wiele|dużo) (?:żądań|zapytań)|příliš mnoho (?:požadavků|dotazů)|слишком много запросов|слишком часто|забагато запитів|çok fazla istek|(?:访问|请求|操作|訪問|請求)(?:过于|太|過於)?(?:频繁|頻繁)|リクエストが多すぎ|多くの(?:リクエスト|アクセス)|요청이 너무 많|너무 많은 요청|för många (?:förfrågningar|anrop)|for mange (?:anmodninger|forespørsler)|túl sok kérés|prea multe (?:cereri|solicitări)|terlalu banyak permintaan|quá nhiều yêu cầu'
const TRY_AGAIN_ELSEWHERE =
  'int[eé]nt|vuelva a|tente novamente|réessay|erneut|versuchen|riprov|probeer|spróbuj|zkuste|попробуйте|повторите|спробуйте|deneyin|再试|再試|お試し|再度|다시 시도|försök|prøv|próbál|încerc|coba|thử lại'
const TOO_MANY_TRY_AGAIN = new RegExp(`(?:${TOO_MANY_ELSEWHERE})[^?？]{0,60}(?:${TRY_AGAIN_ELSEWHERE})`, 'i')

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
    // The same where it is all that the page says, with the number or without.
    {
      id: 'nothing-but-limit',
      strength: 'wall',
      says: 'page that says nothing but that a limit was exceeded',
      look: all(
        emptier(25, 160),
        text(
          /^(?:error:? ?)?(?:429:? ?[-–:|]? ?too many requests\b|(?:api )?rate limit(?: has been| was)? (?:exceeded|reached)\b)/i,
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
          text(TOO_MANY_TRY_AGAIN),
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
