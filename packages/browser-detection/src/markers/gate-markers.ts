import {
  all,
  any,
  captcha,
  element,
  emptier,
  fraudDetect,
  type Marker,
  none,
  noscript,
  script,
  status,
  text,
  title,
} from '../marker.ts'
import { captchaProducts } from './captcha-products.ts'

const NOTICE = emptier(80, 900)

/** Forms ask for the same: there a captcha guards what is sent, not the page. */
const ASKS_NOTHING_ELSE = none(
  element('input', 'type', /^(?:email|tel|search|password|radio|date|file)$/i),
  element('input', 'name', /mail|user|phone|name|message|query|^q$/i),
)

/**
 * A gate has something that checks the visitor. Ordinary pages have it too, so it must not make more than words of the
 * words beside it: hence the two noes, which are no mark of their own.
 */
const HAS_MEANS = none(
  none(
    element('script', 'src', /^/),
    element('iframe', 'src', /^/),
    element('form', 'action', /^/),
    element('button', 'type', /^/),
  ),
)

/** What a captcha product's widget means is judged by the product, in captcha-wall.ts. */
const HAS_NO_PRODUCT = none(...captchaProducts.flatMap(({ widgets, loaders }) => [...widgets, ...loaders]))

/** Words of a gate, in the languages that the products are most used in. */
export const GATE_WORDS: RegExp =
  /\bcaptcha\b|\bare you (?:a )?(?:human|robot|real)|\b(?:not|no|kein|keine|pas|não|non|nie|geen|inte|ikke)\b.{0,20}\b(?:ro)?bot|\brobot olmad|\bverif(?:y|ying) (?:that )?(?:you(?:'re|’re| are|rself)\b|your (?:browser|connection)|human)|\b(?:security|human|bot|browser) (?:check|verification|challenge)\b|\bprove (?:that )?you|\byou(?:'re|’re| are) (?:a |an )?(?:real )?(?:human|person)\b|\breal person\b|\bvraie personne\b|\b(?:echte|richtige) person\b|\bpersona (?:real|reale)\b|\bhuma(?:in|no|na)\b|\bmensch\b|\bumano\b|\bmenselijk|\bczłowiek|\binsan\b|\bddos\b|\b(?:unusual|automated|suspicious) (?:activity|traffic|requests?|access|quer)|\bsicherheits(?:über|check|kontroll|abfrage|prüf)|\b(?:complete|solve) the (?:verification|challenge|puzzle|check)|滑块|滑动|人机|机器人|機器人|验证|驗證|ロボット|로봇|робот|челове|капч/i

/** Gates without a known captcha: pages that ask the visitor to prove to be human, or that find out by a script. */
export const gateMarkers: readonly Marker[] = [
  // "Complete the challenge below to continue", "solve the puzzle to go on": said where nothing else is to be done.
  {
    id: 'pass-to-continue',
    strength: 'wall',
    says: 'text that a challenge must be passed to go on',
    look: all(
      NOTICE,
      ASKS_NOTHING_ELSE,
      any(
        text(
          /\b(?:complet|solv|pass)(?:e|ing)?\b[^.!?]{0,40}\b(?:(?:re|h)?captchas?|security (?:check|challenge)|human verification)\b[^.!?]{0,40}\b(?:continue|proceed|go on|access|regain|view|visit|unlock)\b/i,
        ),
        text(/\bconfirm\b[^.!?]{0,30}\bhuman\b[^.!?]{0,20}\bcompleting\b[^.!?]{0,20}\bcaptcha\b/i),
        // Games and courses have challenges, too, but no check below that is to be passed.
        text(/\b(?:solve|complete|pass) the (?:challenge|puzzle|test) below to (?:continue|proceed)\b/i),
        text(/请[^。！]{0,12}(?:滑块|验证)[^。！]{0,12}(?:继续|访问|最右|拼图)/),
      ),
    ),
    reason: captcha('unknown'),
  },
  // "Confirm that you are human": the page has nothing else to say.
  {
    id: 'prove-human',
    strength: 'wall',
    says: 'page that only asks the visitor to prove to be human',
    look: all(
      emptier(60, 500),
      ASKS_NOTHING_ELSE,
      HAS_MEANS,
      HAS_NO_PRODUCT,
      any(
        text(
          /\b(?:confirm|verify|prove|mak(?:e|ing) sure|confirming|verifying|checking|that we know)\b[^.!?]{0,25}\byou(?:['’]re| are) (?:(?:really )?(?:a |an )?(?:real )?(?:human|person)|not (?:a |an )?(?:ro)?bot)\b/i,
        ),
        // bestätigen, vérifier, demostrar, potwierdzić, подтвердить … that you are no robot, or human.
        text(
          /(?:bestätig|beweis|bevestig|confirm[aeo]|vérifi|prouve|verific|demuestr|demostr|comprov|conferm|dimostr|potwierd|подтверд|підтверд|onayla|doğrula|bekräfta|bekræft|bekreft|vahvista|potvrď|erősítse)[^.!?]{0,30}(?:kein (?:ro)?bot|pas un (?:ro)?bot|no (?:eres|es) un (?:ro)?bot|não (?:é|és) um rob|non (?:sei|è) un (?:ro)?bot|nie jesteś (?:ro)?bot|не (?:ро)?бот|geen (?:ro)?bot|inte (?:är )?en (?:ro)?bot|ikke (?:er )?en (?:ro)?bot|nejste (?:ro)?bot|nem (?:ro)?bot|(?:sie|du) (?:ein )?mensch|(?:vous|tu) \p{L}{1,6} (?:bien )?(?:un )?humain|(?:eres|es|você é) (?:un )?human|jesteś człowiek|вы (?:—|-)? ?человек)|robot olmad/iu,
        ),
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // The label of every such box: a page that offers nothing else is the gate.
  {
    id: 'label',
    strength: 'wall',
    says: 'page that offers nothing but to say "I am not a robot"',
    look: all(
      emptier(60, 500),
      ASKS_NOTHING_ELSE,
      HAS_MEANS,
      HAS_NO_PRODUCT,
      text(
        /\bi(?:['’]m| am) not a (?:ro)?bot\b|я не (?:ро)?бот|\bich bin kein (?:ro)?bot|\bje ne suis pas un (?:ro)?bot|\bno soy un (?:ro)?bot|\bnão sou um rob|\bnon sono un (?:ro)?bot|\bnie jestem (?:ro)?bot|\bik ben geen (?:ro)?bot|\bben (?:ro)?bot değil|我不是机器人|私はロボットでは|로봇이 아닙니다/i,
      ),
    ),
    reason: captcha('unknown'),
  },
  // "Verifying your browser … one moment": what a check by a script says while it runs.
  {
    id: 'checking-now',
    strength: 'wall',
    says: 'page whose script checks the browser for a moment',
    look: all(
      emptier(60, 500),
      ASKS_NOTHING_ELSE,
      HAS_MEANS,
      text(
        /\b(?:checking|verifying|validating)(?: if| that| whether)? (?:your|the) (?:browser|connection)\b|\byour (?:browser|connection) is being (?:checked|verified|validated)\b/i,
      ),
      text(/\bddos\b|\bredirect|\b(?:one|a) moment\b|\bseconds\b|\bautomatic/i),
    ),
    reason: fraudDetect('unknown'),
  },
  // The same in other languages, where a status says that the visitor was not let in.
  {
    id: 'human-elsewhere',
    strength: 'wall',
    says: 'refusing status, with a text about humans, robots or captchas',
    look: all(NOTICE, ASKS_NOTHING_ELSE, status(401, 403, 405, 406, 418, 429, 503), text(GATE_WORDS)),
    reason: fraudDetect('unknown'),
  },
  // Hosts that let in whoever computes a cookie: an empty page that hashes or decrypts one and comes back.
  {
    id: 'computed-cookie',
    strength: 'wall',
    says: 'empty page whose script computes a cookie and loads the page again',
    look: all(
      emptier(15, 150),
      script(/\bdocument\.cookie\s{0,3}=[^;]{0,60}(?:decrypt|encrypt|hash|sha\d|md5|solve|tohex|atob|btoa)\w{0,9}\(/i),
      script(/\blocation\.(?:reload\(|replace\(|href\s{0,3}=)|\blocation\s{0,3}=[^=]/),
    ),
    reason: fraudDetect('unknown'),
  },
  // Sentences of gates without a known captcha.
  {
    id: 'not-a-robot',
    strength: 'hint',
    says: 'text that asks the visitor to prove to be human',
    look: text(
      /\b(?:verify|confirm|prove|check|sure|verifying|checking)\b[^.!?]{0,40}\byou(?:'re|’re| are) (?:a |an )?(?:real |not a |not an )?(?:human|robot|bot|person)\b|\bare you (?:a )?(?:human|robot)\?|\bhuman verification\b|\bbot or not\b|\b(?:fill in|fill out|complete|solve|enter)\b.{0,10}\b(?:re)?captcha\b/i,
    ),
    reason: fraudDetect('unknown'),
  },
  // Titles of the same gates.
  {
    id: 'not-a-robot-title',
    strength: 'hint',
    says: 'title that asks the visitor to prove to be human',
    look: title(
      /^(?:please |sign in to )?(?:verify|confirm|prove|verifying|checking)[^.!?]{0,20}\byou(?:'re|’re| are) (?:a |an )?(?:not a )?(?:human|robot|bot)\b|^(?:robot or human|human or robot|are you (?:a )?(?:human|robot))\?$/i,
    ),
    reason: fraudDetect('unknown'),
  },
  // Titles of gates that copy Cloudflare's.
  {
    id: 'checking-browser',
    strength: 'hint',
    says: 'title that says that the browser or the connection is being checked',
    look: title(
      /\b(?:checking|verifying|validating)(?: if)? (?:your|the) (?:browser|connection)\b|\banti[- ]?ddos\b|^(?:ddos protection|bot (?:protection|detected|check)|security (?:check|block|alert|verification|violation)|human verification|robot check|browser (?:check|verification))(?:$| ?[-|–:(])/i,
    ),
    reason: fraudDetect('unknown'),
  },
  // The same in the text, which wording of many gates shares.
  {
    id: 'checking-text',
    strength: 'hint',
    says: 'text that says that the browser or the connection is being checked',
    look: all(
      text(
        /\b(?:checking|verifying|validating)(?: if| that| whether)? your (?:browser|connection)\b|\bplease wait (?:while|until) (?:we|your (?:browser|request))[^.!?]{0,30}(?:check|verif|validat)|\bddos protection by\b/i,
      ),
      // Tests of speed and of browsers check them, too.
      text(/\b(?:before|access|wait|moment|seconds?|redirect|human|secure|security|ddos|protect|automatic)/i),
    ),
    reason: fraudDetect('unknown'),
  },
  // Checks that a program computes: an empty page whose script sets a cookie and comes back.
  {
    id: 'script-check',
    strength: 'hint',
    says: 'empty page whose script sets a cookie and loads the page again',
    look: all(
      emptier(25, 200),
      script(/\bdocument\.cookie\s{0,3}=/),
      script(/\blocation\.(?:reload\(|replace\(|href\s{0,3}=)|\blocation\s{0,3}=[^=]/),
    ),
    reason: fraudDetect('unknown'),
  },
  // Proof of work names itself in its script.
  {
    id: 'proof-of-work',
    strength: 'hint',
    says: 'empty page whose script computes a proof of work',
    look: all(
      emptier(60, 600),
      any(
        script(/\b(?:proof.?of.?work|pow_?(?:challenge|nonce|difficulty|solution)|challenge_?(?:nonce|difficulty))\b/i),
        all(script(/\bsubtle\.digest\(|\bsha-?(?:1|256)\b|\bargon2|\bscrypt\b/i), script(/\bdifficulty\b/i)),
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // Text for visitors without scripts, on pages that are nothing but a check.
  {
    id: 'needs-scripts',
    strength: 'hint',
    says: 'text that scripts or cookies are needed to be let through',
    look: all(
      emptier(40, 400),
      any(
        text(
          /\b(?:enable\b.{0,30}\b(?:javascript|cookies)|turn (?:on )?(?:javascript|cookies)(?: on)?)\b.{0,40}\b(?:proceed|continue(?! using)|verif|reload)/i,
        ),
        noscript(
          /\b(?:enable\b.{0,30}\b(?:javascript|cookies)|turn (?:on )?(?:javascript|cookies)(?: on)?)\b.{0,40}\b(?:proceed|continue(?! using)|verif|reload)/i,
        ),
      ),
    ),
    reason: { type: 'unknown' },
  },
]
