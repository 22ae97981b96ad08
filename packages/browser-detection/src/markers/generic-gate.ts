import { all, any, type Defence, element, emptier, fraudDetect, script, text, title } from '../marker.ts'
import { CHECKING, NO_ROBOT, UNUSUAL } from './words-elsewhere.ts'

/** A gate says what it does in a line or two. */
const LINE = emptier(60, 350)

/** Gates that do not say their name: small pages that check, or ask the visitor to prove to be human. Source: fixtures of crawlers of 2026. */
export const genericGate: Defence = {
  name: 'generic-gate',
  reason: fraudDetect('unknown'),
  statuses: [401, 403, 405, 406, 418, 429, 468, 503],
  markers: [
    // What a machine says of what it is doing to this visitor; pages about it use other forms of the verb.
    {
      id: 'at-work',
      strength: 'wall',
      says: 'text that says that the visitor, the request or the connection is being checked',
      look: all(
        LINE,
        text(
          /\bchecking your browser before (?:accessing|you (?:access|can|enter|visit)|continuing|proceeding|redirect)|\bverifying (?:that )?you(?:'re|’re| are) (?:a )?(?:human|not a (?:ro)?bot)\b|\bmaking sure (?:that )?you(?:'re|’re| are) not a (?:ro)?bot\b|\byour request is being (?:verified|checked)\b|\bchecking if the site connection is secure\b|\bneeds to (?:review|verify|check) the security of your connection\b|\bverify (?:that )?you are (?:a )?human by completing\b|\byour browser will redirect to your requested (?:content|page)\b/i,
        ),
      ),
    },
    // The same as the title of a page that has nothing else to say.
    {
      id: 'title-alone',
      strength: 'wall',
      says: 'title of a gate on a page without content',
      look: all(
        emptier(30, 110),
        title(
          /^(?:checking (?:your|the) browser|verify(?:ing)? (?:that )?you(?:'re|’re| are) (?:a )?human|making sure you(?:'re|’re| are) not a (?:ro)?bot|are you (?:a )?(?:human|robot)|(?:robot|human|bot) (?:check|challenge)|request (?:was |has been )?blocked)[.…?!]{0,3}(?:$| [-|–])/i,
        ),
      ),
    },
    // Captchas of a site's own making, drawn by a script that is named for what it does.
    {
      id: 'captcha-script',
      strength: 'wall',
      says: 'page without content whose script is named for a captcha, under a title about a check',
      look: all(
        emptier(30, 160),
        title(/\b(?:captcha|verif|security check|challenge)|验证|驗證|認証|проверк|капч/i),
        any(
          element('script', 'src', /(?<![a-z])captcha|[/_-]challenge|^\/_guard\//i),
          element('div', 'class', /(?<![a-z])captcha/i),
          script(/\bcaptcha\(/i),
        ),
      ),
    },
    // In other languages the title and the text must agree, or the status refuses.
    {
      id: 'no-robot-elsewhere',
      strength: 'hint',
      says: 'text that asks to prove to be no robot, in another language than English',
      look: all(LINE, text(NO_ROBOT)),
    },
    // The same in the title; 安全验证 is also what banks call a code by message.
    {
      id: 'no-robot-title-elsewhere',
      strength: 'hint',
      says: 'title that asks to prove to be no robot, in another language than English',
      look: any(title(NO_ROBOT), title(/^(?:安全验证|安全驗證|访问验证|滑动验证)$/)),
    },
    // "Checking your browser".
    {
      id: 'checking-elsewhere',
      strength: 'hint',
      says: 'text that says that the browser is being checked, in another language than English',
      look: all(LINE, text(CHECKING)),
    },
    // The same in the title.
    {
      id: 'checking-title-elsewhere',
      strength: 'hint',
      says: 'title that says that the browser is being checked, in another language than English',
      look: title(CHECKING),
    },
    // A form that sends an answer to a captcha and asks for nothing else.
    {
      id: 'captcha-form',
      strength: 'hint',
      says: 'form that is sent to a captcha, on a page without content',
      look: all(element('form', 'action', /^\/?(?:[\w-]{1,20}\/)?captcha\b/i), emptier(30, 160)),
    },
    // "We have detected unusual traffic".
    {
      id: 'unusual-elsewhere',
      strength: 'hint',
      says: 'text about unusual traffic, in another language than English',
      look: all(LINE, text(UNUSUAL)),
    },
    // The same in the title.
    {
      id: 'unusual-title-elsewhere',
      strength: 'hint',
      says: 'title about unusual traffic, in another language than English',
      look: title(UNUSUAL),
    },
  ],
}
