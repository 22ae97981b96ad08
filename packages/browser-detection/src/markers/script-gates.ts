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
  text,
  title,
} from '../marker.ts'
import { ASKS_NOTHING_ELSE, HAS_MEANS } from './generic-gate.ts'
import { CHECKING } from './looks-elsewhere.ts'
import { LINE, NOTICE } from './page-frames.ts'

/** Gates that a program passes and not a person: the browser is looked at, or computes something, and is let in. */
export const scriptGateMarkers: readonly Marker[] = [
  // "Verifying your browser … one moment": what a check by a script says while it runs.
  {
    id: 'checking-now',
    strength: 'wall',
    says: 'text that says that the visitor, the browser or the connection is being checked right now',
    look: all(
      LINE,
      ASKS_NOTHING_ELSE,
      any(
        // What a machine says of what it is doing to this visitor; pages about it use other forms of the verb.
        text(
          /\bchecking your browser before (?:accessing|you (?:access|can|enter|visit)|continuing|proceeding|redirect)|\bverifying (?:that )?you(?:'re|’re| are) (?:a )?(?:human|not an? (?:(?:ro)?bot|clanker))\b|\bmaking sure (?:that )?you(?:'re|’re| are) not a (?:ro)?bot\b|\byour request is being (?:verified|checked)\b|\bwe(?:['’]re| are) (?:checking|verifying|validating|making sure)\b[^.!?]{0,10}\byour (?:browser|request|visit)\b|\bwhile we (?:are )?(?:check|verify|validat|mak)(?:e|ing)?(?: sure)? (?:that )?(?:your (?:browser|connection|request|visit)|you(?:['’]re| are))\b|\bchecking if the site connection is secure\b|\bneeds to (?:review|verify|check) the security of your connection\b|\bverify (?:that )?you are (?:a )?human by completing\b|\byour browser will redirect to your requested (?:content|page)\b/i,
        ),
        // A script that was not saved leaves these words, and an address to come back to.
        all(
          emptier(40, 250),
          text(/\b(?:checking|verifying|validating) your browser\b(?! (?:settings|version|support|compat))/i),
          any(
            text(/\b(?:one|a) moment\b|\bseconds\b|\bautomatic(?:ally)?\b|\bonce the check\b/i),
            element('meta', 'http-equiv', /^refresh$/i),
          ),
        ),
        all(
          HAS_MEANS,
          text(
            /\b(?:checking|verifying|validating)(?: if| that| whether)? (?:your|the) (?:browser|connection)\b|\byour (?:browser|connection) is being (?:checked|verified|validated)\b/i,
          ),
          text(/\bddos\b|\bredirect|\b(?:one|a) moment\b|\bseconds\b|\bautomatic/i),
        ),
      ),
    ),
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
  // The same with a number that takes many tries to find, and the little that is said meanwhile.
  {
    id: 'number-search',
    strength: 'wall',
    says: 'empty page whose script searches for a number with a given hash',
    look: all(
      emptier(25, 200),
      script(/\bsha-?256/i),
      script(/\bnonce\b/i),
      script(/\btarget\s{0,3}=|\bdifficulty|\bleading\b|\bsolve|\bproof\b|\bpow\b/i),
      // Single sign-on hashes, too, and keeps a nonce.
      none(script(/\bcode_(?:verifier|challenge)\b|\bopenid|\boidc\b|\bid_token\b/i)),
      text(/\b(?:check|verif|validat|wait|moment|loading|secur|robot|human|javascript)/i),
    ),
    reason: fraudDetect('unknown'),
  },
  // What is said while a check runs, and nothing else.
  {
    id: 'checking-alone',
    strength: 'wall',
    says: 'nothing but the line that the browser is being checked',
    look: all(
      emptier(20, 100),
      text(
        /^(?:please wait[.…]{0,3} )?(?:checking|verifying) your (?:browser|connection|request)(?: before accessing [^.!?]{1,30})?[.…]{0,3}(?: please wait[.…]{0,3}| collecting fingerprint\b.{0,36})?$/i,
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // What the script is going to write, where it has not run.
  {
    id: 'checking-in-script',
    strength: 'wall',
    says: 'empty page with the title of a check, whose script says that the visitor is being checked',
    look: all(
      emptier(30, 120),
      title(/^(?:(?:security|bot|browser|human) (?:check|verification|challenge)|(?:verifying|checking) .{0,30})$/i),
      script(/\bverifying (?:that )?you(?:['’]re| are) (?:a )?human\b|\bchecking your browser before\b/i),
    ),
    reason: fraudDetect('unknown'),
  },
  // Gates that tell how far their script is.
  {
    id: 'computing',
    strength: 'wall',
    says: 'nothing but lines that a number or a challenge is being computed',
    look: all(
      emptier(60, 260),
      ASKS_NOTHING_ELSE,
      none(text(/\bproof[- ]of[- ]work\b/i)),
      any(
        text(/\b(?:calculating|computing|mining) (?:the |a )?(?:nonce|hash|proof)\b|вычисляем хэш/i),
        title(/^(?:completing|solving|computing) (?:the )?challenge\b/i),
      ),
    ),
    reason: fraudDetect('unknown'),
  },
  // Titles of gates that copy Cloudflare's.
  {
    id: 'checking-browser',
    strength: 'hint',
    says: 'title that says that the browser or the connection is being checked',
    look: any(
      title(
        /\b(?:checking|verifying|validating)(?: if)? (?:your |the )?(?:browser|connection)\b|^just a moment(?:\.{3}|…)?$|\banti[- ]?ddos\b|^(?:ddos protection|bot (?:protection|detected|check)|security (?:check|block|alert|verification|violation)|human verification|robot check|browser (?:check|verification))(?:$| ?[-|–(])/i,
      ),
      title(CHECKING),
    ),
    reason: fraudDetect('unknown'),
  },
  // The same in the text, which wording of many gates shares.
  {
    id: 'checking-text',
    strength: 'hint',
    says: 'text that says that the browser or the connection is being checked',
    look: any(
      all(
        text(
          /\b(?:checking|verifying|validating|testing)(?: if| that| whether)? your (?:browser|connection)\b|\bplease wait (?:while|until) (?:we|your (?:browser|request))[^.!?]{0,30}(?:check|verif|validat)|\bddos protection by\b|\bthis (?:is an automatic process|process is automatic)\b/i,
        ),
        // Tests of speed and of browsers check them, too.
        text(/\b(?:before|access|wait|moment|seconds?|redirect|human|secure|security|ddos|protect|automatic)/i),
      ),
      text(
        /\byour browser is (?:solving|computing|calculating|completing|performing|working on)\b[^.!?]{0,30}\b(?:puzzle|challenge|proof|check|task)\b/i,
      ),
      all(emptier(15, 60), text(/\b(?:checking|verifying) your browser(?:[.…]|$)/i)),
      all(LINE, text(CHECKING)),
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
  // "You must complete this proof-of-work challenge before you can access this site". Coins have proofs of work, too.
  {
    id: 'proof-of-work-text',
    strength: 'wall',
    says: 'text that the browser has to do a proof of work to be let in',
    look: all(
      NOTICE,
      text(
        /\b(?:complet|solv|comput|calculat|pass|perform|do)(?:e|es|ing|s)?\b[^.!?]{0,25}\bproof[- ]of[- ]work\b|\blöst\b[^.!?]{0,20}\bproof[- ]of[- ]work\b|\b(?:navigateur|navegador|browser)\b[^.!?]{0,25}\b(?:preuve de travail|prueba de trabajo|prova de trabalho|prova di lavoro|arbeitsnachweis)|браузер[^.!?]{0,25}доказательств\S{1,3} работ|浏览器[^。]{0,15}工作量证明|ブラウザ[^。]{0,15}(?:作業証明|プルーフ)/i,
      ),
      text(
        /\b(?:before (?:you (?:can )?)?(?:access|enter|upload|continu|proceed|download|letting you)|to (?:continue|proceed|(?:access|enter) (?:it|this|the (?:site|page|website)))|your (?:browser|device)|ihr browser|votre navigateur|il tuo browser|(?:tu|su|seu) navegador|automatically|pass this check|clankers?|scrapers?)|браузер|浏览器|ブラウザ/i,
      ),
      none(
        text(
          /\b(?:bitcoin|coins?|blockchain|miners?|mining|consensus|transactions?|library|npm|packages?|install|lets you|middleware|website owners?)\b/i,
        ),
      ),
    ),
    reason: captcha('unknown'),
  },
  // "DDoS protection: you will be taken to the requested page in 5 seconds", in any language.
  {
    id: 'protection-redirects',
    strength: 'wall',
    says: 'text about a protection against attacks that takes the visitor to the requested page by itself',
    look: all(
      LINE,
      ASKS_NOTHING_ELSE,
      text(/\bddos\b|دیداس|دی‌داس/i),
      text(
        /\b(?:you will be|you['’]ll be) (?:automatically )?(?:redirected|forwarded|taken)\b|هدایت (?:می|خواهید)|منتقل (?:می|خواهید)|перенаправл|перенаправ|будете переад|\bser[aá]s? (?:autom[aá]ticamente )?redir|\bserá (?:automaticamente )?redirecion|yönlendiril|(?:تحويلك|توجيهك)|\bweitergeleitet\b|\bseres? redirig|\bserez (?:automatiquement )?redirig|\b(?:verrai|sarai) (?:automaticamente )?(?:reindirizzat|rediret)|\bprzekierowan|\bdoorgestuurd\b|chuyển hướng|dialihkan|跳转|リダイレクト|이동합니다/i,
      ),
      none(text(/\b(?:hosting|vps|servers?|pricing|per month|plans?)\b|هاست|хостинг/i)),
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
          /\bneeds? javascript to (?:get past|pass|get through)\b|\b(?:enable\b.{0,30}\b(?:javascript|cookies)|turn (?:on )?(?:javascript|cookies)(?: on)?)\b.{0,40}\b(?:proceed|continue(?! using)|verif|reload)/i,
        ),
      ),
    ),
    reason: { type: 'unknown' },
  },
]
