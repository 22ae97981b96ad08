import { all, any, captcha, element, emptier, fraudDetect, type Marker, none, some, text, title } from '../marker.ts'
import { ASKS_NOTHING_ELSE } from './generic-gate.ts'
import { NOTICE, REFUSES } from './page-frames.ts'
import {
  CONTACT,
  FILTER,
  FILTERED,
  KEPT_OUT,
  MEANS,
  OF_THE_VISIT,
  PROVE,
  ROBOTS,
  ROBOTS_OR_PERSONS,
  SEEN,
  TAKEN_FOR_PROGRAM,
  TO_DO,
} from './parts-of-walls.ts'

/**
 * Where two parts of a wall are asked for, a longer page is one too if its status or its title says so: pages of large sites explain
 * themselves at length, and in several languages.
 */
const LONGER_NOTICE = any(
  NOTICE,
  all(emptier(300, 3000), REFUSES),
  all(
    emptier(150, 1500),
    title(
      /\b(?:robot|human|bot|captcha|denied|blocked|verif(?:y|ying|ication)|security|unusual|suspicious|restricted|interruption|attention|rate|requests)\b/i,
    ),
  ),
)

/** A page that refuses may have the search box and the newsletter of its site; what is asked for is not the point of it. */
const ASKS_NOTHING = any(
  ASKS_NOTHING_ELSE,
  all(REFUSES, none(element('input', 'type', /^(?:password|tel|radio|date|file)$/i), element('textarea', 'name', /./))),
)

/** Titles of checks that say what is checked. */
const CHECK_TITLE = title(
  /\b(?:security (?:verification|check|challenge)|human|robots?|bot check|are you an? bot|captcha|ddos protection)\b/i,
)

/** Sites that are worked on let nobody in, and say so. */
const NO_WORKS = none(text(/\bmaintenance\b|\bbeing (?:updated|upgraded)\b|\binstall an update\b/i))

/** Walls in words of a site's own, in English: by the parts that they are made of. */
export const wallsByParts: readonly Marker[] = [
  // "Your traffic was classed as coming from an AI crawler", and next to nothing else.
  {
    id: 'taken-for-program',
    strength: 'wall',
    says: 'nothing but the text that the visitor is taken for a program',
    look: all(
      emptier(40, 250),
      TAKEN_FOR_PROGRAM,
      text(
        /\b(?:class(?:ed|ified)|identified|flagged|recogni[sz]ed|detected|marked|considered|evaluated|determined|believes?|thinks?|suspects?|look(?:s|ed)?|appears?|seems?|behav(?:e|es|ing)|com(?:es|ing) from)\b/i,
      ),
      OF_THE_VISIT,
      text(/\b(?:(?:ro)?bots?|robotic|crawlers?|scrapers?|automat(?:ed|ion)|(?:non-?|not an? )human)\b/i),
      none(text(/\b(?:agree|terms|must not|may not|policy|game|play|prove you are a (?:ro)?bot|i am a (?:ro)?bot)\b/i)),
      ASKS_NOTHING_ELSE,
    ),
    reason: fraudDetect('unknown'),
  },
  // Of what walls are made of, two parts: the page says why the visitor may not pass, or what to do about it.
  {
    id: 'prove-by-means',
    strength: 'wall',
    says: 'text that the visitor is to pass a check, and why',
    look: all(LONGER_NOTICE, MEANS, any(SEEN, KEPT_OUT, PROVE, CHECK_TITLE), OF_THE_VISIT, ASKS_NOTHING),
    reason: captcha('unknown'),
  },
  {
    id: 'seen-and-stopped',
    strength: 'wall',
    says: 'text that something about the visitor was noticed, and what follows from it',
    look: all(
      LONGER_NOTICE,
      ROBOTS_OR_PERSONS,
      any(some(2, SEEN, KEPT_OUT, PROVE, TO_DO), all(CONTACT, SEEN)),
      OF_THE_VISIT,
      ASKS_NOTHING,
    ),
    reason: fraudDetect('unknown'),
  },
  // A refusal that speaks to the visitor, beside a word about robots.
  {
    id: 'kept-out-as-robot',
    strength: 'wall',
    says: 'text that the visitor is kept out, with a word about robots or security',
    look: all(LONGER_NOTICE, ROBOTS, KEPT_OUT, OF_THE_VISIT, ASKS_NOTHING, NO_WORKS),
    reason: fraudDetect('unknown'),
  },
  // Filters of networks, schools and providers, which stand between the visitor and any site.
  {
    id: 'filtered',
    strength: 'wall',
    says: 'text that a filter of the network has blocked the site',
    look: all(NOTICE, FILTER, FILTERED, OF_THE_VISIT),
    reason: fraudDetect('unknown'),
  },
  // One part, where the status says that the visitor was not let in.
  {
    id: 'seen-refused',
    strength: 'wall',
    says: 'refusing status, with a text that something about the visitor was noticed or is to be proved',
    look: all(emptier(300, 2000), REFUSES, ASKS_NOTHING, any(SEEN, PROVE, MEANS), OF_THE_VISIT),
    reason: fraudDetect('unknown'),
  },
]
