import {
  all,
  any,
  captcha,
  element,
  emptier,
  fraudDetect,
  type Look,
  type Marker,
  none,
  noscript,
  script,
  sharedText,
  status,
  text,
  title,
} from '../marker.ts'
import { captchaProducts } from './captcha-products.ts'
import { GATE, HUMAN, LABEL, PROVE_HUMAN } from './looks-elsewhere.ts'
import { LINE, NOTICE } from './page-frames.ts'
import { OF_THE_VISIT } from './parts-of-walls.ts'

/** Forms ask for the same: there a captcha guards what is sent, not the page. */
export const ASKS_NOTHING_ELSE: Look = none(
  element('input', 'type', /^(?:email|tel|search|password|radio|date|file)$/i),
  element('input', 'name', /mail|user|phone|name|message|query|^q$/i),
)

/**
 * A gate has something that checks the visitor. Ordinary pages have it too, so it must not make more than words of the
 * words beside it: hence the two noes, which are no mark of their own.
 */
export const HAS_MEANS: Look = none(
  none(
    element('script', 'src', /^/),
    element('iframe', 'src', /^/),
    element('form', 'action', /^/),
    element('button', 'type', /^/),
  ),
)

/** What a captcha product's widget means is judged by the product, in captcha-wall.ts. */
export const HAS_NO_PRODUCT: Look = none(...captchaProducts.flatMap(({ widgets, loaders }) => [...widgets, ...loaders]))

/** What there is to choose or to write in: then something else is asked than to prove to be human. */
export const OFFERS_NO_CHOICE: Look = none(
  element('input', 'type', /^checkbox$/i),
  element('textarea', '', /^/),
  element('select', '', /^/),
)

const ENGLISH_GATE_WORDS =
  /\bcaptcha\b|\banti-?(?:ro)?bot\b|\bhuman test\b|\b(?:ro)?bots (?:out|away)\b|\breal (?:visitor|user|customer|shopper|fan)\b|(?:^|[.!?:] ?|\bsecurity )verification (?:is )?required\b|\bare you (?:a )?(?:human|robot|real)|\b(?:not|no)\b.{0,20}\b(?:ro)?bot|\bverif(?:y|ying) (?:that )?(?:you(?:'re|’re| are|rself)\b(?! authori[sz]ed)|your (?:browser|connection)|human)|\b(?:security|human|bot|browser) (?:check|verification|challenge)\b|\bprove (?:that )?you|\byou(?:'re|’re| are) (?:a |an )?(?:real )?(?:human|person)\b|\breal person\b|\breally you\b|\bddos\b(?! attacks?\b(?! protection))|\b(?:unusual|automated|suspicious) (?:activity|traffic|requests?|access|quer)|\b(?:complete|solve) the (?:verification|challenge|puzzle|check)/i

/** What a page says once it knows that the visitor is no program. */
export const ANSWERED: RegExp =
  /(?:\bnot|n['’]t) think (?:that )?you(?:['’]re| are) (?:an? )?(?:ro)?bot\b(?!,? but)|\byou(?:['’]ve| have) been verified\b/i

/** Words of a gate, in any language: they say what a captcha or a refusal is about. */
export const GATE_WORDS: RegExp = new RegExp(`${ENGLISH_GATE_WORDS.source}|${GATE.source}`, 'i')

/** That the visitor is to prove to be human, but not in order to send a form. */
const ASKED_TO_PROVE =
  /(?<!\b(?:uses? (?:it|this|them)|helps?(?: us)?|in order) (?:to )?)\b(?:confirm|verify|prove|ensure|(?:mak(?:e|ing)|be) sure|confirming|verifying|checking|check if|that we know|let us know|check(?:ing)? that)\b[^.!?]{0,25}\byou(?:['’]re| are) (?:(?:really )?(?:a |an )?(?:real )?(?:human|person)|not (?:a |an )?(?:(?:ro)?bot|clanker|machine|computer|program))\b(?!.{0,20}\b(?:submit|send|sign|register|post|over |aged?\b|18\b|21\b))|\bshow (?:us )?(?:that )?you(?:['’]re| are) not (?:a |an )?(?:ro)?bot\b/i

/**
 * Gates that do not say their name: pages that ask the visitor to prove to be human, or that find out by a script. A firewall may
 * stand behind them, so they are marks of it.
 */
export const gateMarkers: readonly Marker[] = [
  // "Complete the challenge below to continue", "solve the puzzle to go on": said where nothing else is to be done.
  {
    id: 'pass-to-continue',
    strength: 'wall',
    says: 'text that a challenge must be passed to go on',
    look: all(
      NOTICE,
      any(
        text(
          /\b(?:complet|solv|pass)(?:e|ing)?\b[^.!?]{0,40}\b(?:(?:re|h)?captchas?|security (?:check|challenge)|human verification)\b[^.!?]{0,40}\b(?:continue|proceed|go on|access|regain|view|visit|unlock)\b/i,
        ),
        text(/\bconfirm\b[^.!?]{0,30}\bhuman\b[^.!?]{0,20}\bcompleting\b[^.!?]{0,20}\bcaptcha\b/i),
        text(
          /\bselect all (?:squares|images|pictures) (?:with|containing|that)\b|\bselect (?:the|every) (?:squares|images|pictures|tiles) (?:with|containing|that)\b[^.!?]{0,30}\bto (?:go on|continue|proceed|verify)\b/i,
        ),
        // Games and courses have challenges, too, but no check below that is to be passed.
        text(/\b(?:solve|complete|pass) the (?:challenge|puzzle|test) below to (?:continue|proceed)\b/i),
        text(/请[^。！]{0,12}(?:滑块|验证)[^。！]{0,12}(?:继续|访问|最右|拼图)/),
      ),
      ASKS_NOTHING_ELSE,
      OF_THE_VISIT,
    ),
    reason: captcha('unknown'),
  },
  // Sliders and buttons to hold, before their script has drawn them.
  {
    id: 'means-alone',
    strength: 'wall',
    says: 'nothing on the page but the request to slide, hold or rotate something to go on',
    look: all(
      emptier(40, 200),
      ASKS_NOTHING_ELSE,
      OFFERS_NO_CHOICE,
      text(
        /\b(?:(?:slide|drag|swipe|move)\b[^.!?]{0,20}\b(?:slider|puzzle)|rotate\b[^.!?]{0,20}\b(?:picture|image)|press (?:and|&) hold\b[^.!?]{0,20}\bbutton)\b[^.!?]{0,30}\b(?:to|and) (?:continue|proceed|verify(?! (?:an?|the|your)\b)|prove|go on|access|confirm(?: that)? you(?:['’]re| are))\b|\b(?:slide|drag|swipe) (?:right )?to (?:verify|prove)\b|\bslider\b[^.!?]{0,15}\bto (?:fit|complete|solve) the puzzle\b/i,
      ),
    ),
    reason: captcha('unknown'),
  },
  // The label of every such box: a page that offers nothing else is the gate.
  {
    id: 'label',
    strength: 'wall',
    says: 'page that offers nothing but to say "I am not a robot"',
    look: all(
      LINE,
      ASKS_NOTHING_ELSE,
      HAS_MEANS,
      HAS_NO_PRODUCT,
      any(text(/\bi(?:['’]m| am) not a (?:ro)?bot\b/i), text(LABEL)),
    ),
    reason: captcha('unknown'),
  },
  // "Confirm that you are human": the page has nothing else to say.
  {
    id: 'prove-human',
    strength: 'wall',
    says: 'page that only asks the visitor to prove to be human',
    look: all(
      LINE,
      ASKS_NOTHING_ELSE,
      HAS_MEANS,
      HAS_NO_PRODUCT,
      any(
        text(ASKED_TO_PROVE),
        // What a form is sent with is known in English only.
        all(OFFERS_NO_CHOICE, sharedText(PROVE_HUMAN)),
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // The same sentence without anything that checks: a script has yet to bring it, so nothing else may stand there.
  {
    id: 'prove-human-alone',
    strength: 'wall',
    says: 'nothing on the page but the request to prove to be human',
    look: all(
      emptier(60, 220),
      ASKS_NOTHING_ELSE,
      OFFERS_NO_CHOICE,
      HAS_NO_PRODUCT,
      // Who explains captchas, or checks papers, asks this visitor nothing now.
      none(
        text(
          /\bwe use (?:re)?captchas?\b|\bprotected by recaptcha\b|\bwe(?:['’]ll| will) (?:e-?mail|write|notify|let you know)\b/i,
        ),
      ),
      any(
        text(ASKED_TO_PROVE),
        all(
          emptier(40, 100),
          any(sharedText(PROVE_HUMAN), all(title(PROVE_HUMAN), none(title(/^人机(?:验证|校验)$/)))),
        ),
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // The same for visitors without scripts, where scripts bring all the rest.
  {
    id: 'prove-human-without-scripts',
    strength: 'wall',
    says: 'empty page that asks visitors without scripts to prove to be human',
    look: all(emptier(40, 40), ASKS_NOTHING_ELSE, any(noscript(ASKED_TO_PROVE), noscript(PROVE_HUMAN))),
    reason: fraudDetect('unknown'),
  },
  // The same as the title of a page that has nothing else to say.
  {
    id: 'title-alone',
    strength: 'wall',
    says: 'title of a gate on a page without content',
    look: all(
      emptier(30, 110),
      title(
        /^(?:checking (?:your|the) browser|verify(?:ing)? (?:that )?you(?:'re|’re| are) (?:a )?human|making sure you(?:'re|’re| are) not a (?:ro)?bot|are you (?:a )?(?:human|robot)|(?:robot|human|bot) (?:check|challenge)|(?:(?:this|your) )?request (?:was |has been )?blocked)[.…?!]{0,3}(?:$| [-|–])/i,
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // The page after a gate keeps its title.
  {
    id: 'answered',
    strength: 'counter',
    says: 'text that the visitor was found to be no program',
    look: text(ANSWERED),
  },
  // Any word of a gate, where a status says that the visitor was not let in.
  {
    id: 'human-refused',
    strength: 'wall',
    says: 'refusing status, with a text about humans, robots or captchas',
    look: all(NOTICE, ASKS_NOTHING_ELSE, status(401, 403, 405, 406, 418, 429, 468, 503), text(GATE_WORDS)),
    reason: fraudDetect('unknown'),
  },
  // Captchas of a site's own making, drawn by a script that is named for what it does.
  {
    id: 'captcha-script',
    strength: 'wall',
    says: 'page without content whose script is named for a captcha, under a title about a check',
    look: all(
      emptier(30, 160),
      HAS_NO_PRODUCT,
      title(/\b(?:captcha|verif|security check|challenge)|验证|驗證|認証|проверк|капч/i),
      any(
        element('script', 'src', /(?<![a-z])captcha|[/_-]challenge|^\/_guard\//i),
        element('div', 'class', /(?<![a-z])captcha/i),
        script(/\bcaptcha(?:\(|_?token\s{0,3}=)/i),
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // "You need to enable cookies to verify your browser"; and gates that are only named for what they are.
  {
    id: 'verify-browser',
    strength: 'wall',
    says: 'text that the browser is to be verified, or a title that is nothing but "Antibot Protection"',
    look: all(
      emptier(60, 500),
      ASKS_NOTHING_ELSE,
      any(
        text(/\b(?:need|have|must|required?|enable|allow)\b[^.!?]{0,40}\bto (?:verify|validate|check) your browser\b/i),
        title(/^anti-?(?:ro)?bot (?:protection|check|verification)$/i),
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // Sentences of gates without a known captcha.
  {
    id: 'not-a-robot',
    strength: 'hint',
    says: 'text that asks the visitor to prove to be human',
    look: any(
      text(
        /\b(?:verify|confirm|prove|check|sure|verifying|checking)\b[^.!?]{0,40}\byou(?:'re|’re| are) (?:a |an )?(?:real |not a |not an )?(?:human|robot|bot|person)\b|\bare you (?:a )?(?:human|robot)\?|\bhuman verification\b|\bbot or not\b|\bcomplete the verification\b|\bsecurity check (?:is )?in progress(?:[.…!]|$)|\b(?:fill in|fill out|complete|solve|enter)\b.{0,10}\b(?:re)?captcha\b/i,
      ),
      all(LINE, text(HUMAN)),
    ),
    reason: fraudDetect('unknown'),
  },
  // Titles of the same gates; 安全验证 is also what banks call a code by message.
  {
    id: 'not-a-robot-title',
    strength: 'hint',
    says: 'title that asks the visitor to prove to be human',
    look: any(
      title(
        /^(?:please |sign in to )?(?:verify|confirm|prove|verifying|checking)[^.!?]{0,20}\byou(?:'re|’re| are) (?:a |an )?(?:not a )?(?:human|robot|bot)\b|^(?:robot or human|human or robot|are you (?:a )?(?:human|robot))\?$/i,
      ),
      title(HUMAN),
      title(/^(?:安全验证|安全驗證|访问验证|滑动验证)$/),
    ),
    reason: fraudDetect('unknown'),
  },
  // A form that sends an answer to a captcha and asks for nothing else.
  {
    id: 'captcha-form',
    strength: 'hint',
    says: 'form that is sent to a captcha, on a page without content',
    look: all(element('form', 'action', /^\/?(?:[\w-]{1,20}\/)?captcha\b/i), emptier(30, 160)),
    reason: fraudDetect('unknown'),
  },
]
