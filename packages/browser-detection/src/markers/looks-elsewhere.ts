import { all, any, type Look, none, text } from '../marker.ts'
import { type WordsOfWalls, wordsElsewhere } from './words-elsewhere.ts'

const languages: readonly WordsOfWalls[] = Object.values(wordsElsewhere)
const WITHIN = '[^!?！？]{0,60}'

/** Sentences with a subject, a verb that refuses and a cause, in any order of them: what a refusal says by itself. */
export const statements: readonly Look[] = languages.map(({ subject, verb, cause }) =>
  text(inAnyOrder([subject, verb, cause], [subject, cause, verb], [cause, verb, subject], [cause, subject, verb])),
)

/** A verb that refuses and a cause: enough where the status refuses, too. */
export const refusals: readonly Look[] = languages.map(({ verb, cause }) =>
  text(inAnyOrder([verb, cause], [cause, verb])),
)

/** A condition about an address is no statement: what to do if one is blocked. */
const CONDITION =
  /(?:если|якщо|коли|когда|wenn|falls|\bsi\b|\bse\b|jeśli|gdy|když|pokud|\bals\b|\bha\b|eğer|如果|若|もし|만약|nếu|jika|إذا|اگر|אם|αν|\bom\b|\bhvis\b|\bjos\b|cuando|quando|quand|dacă|หาก)[^.!?]{0,30}\bip\b/i

/** That the visitor's own address is blocked, without a cause. */
export const yourAddressBlocked: Look = all(
  any(...languages.map(({ yours, verb }) => text(aboutYourAddress(yours, verb)))),
  none(text(CONDITION)),
)

/** Accounts are blocked too, and not by firewalls. */
const ACCOUNT =
  /\b(?:comptes?|konto|benutzerkonto|cuentas?|contas?|account|kont[ao]|hesab|akun|tài khoản)\b|аккаунт|уч[её]тн|账户|账号|帳號|アカウント|계정/i

/** Stems of "blocked", which many languages have in common. Applications refuse and deny, too; they seldom block. */
const BLOCKED =
  'bloqu|block|blocat|bloccat|blok|блок|μπλοκ|engellen|estetty|letilt|chặn|封禁|拦截|攔截|屏蔽|ブロック|遮断|차단|บล็อก|حظر|مسدود|חסמ|חסומ'

/** That the visitor's own request or access is blocked, without a cause. */
export const yoursBlocked: Look = all(
  any(...languages.map(({ yours, subject }) => text(aboutYours(yours, subject)))),
  none(text(ACCOUNT), text(CONDITION)),
)

/** Titles of refusals. */
export const REFUSING_TITLE: RegExp = new RegExp(`^(?:40[36]:? ?[-–:|]? ?)?(?:${said('denied')})(?!\\s?[?？])`, 'i')

/** That there were too many requests, as all of a sentence. */
export const TOO_MANY_ALONE: RegExp = new RegExp(`^(?:429[-–:| ]{1,3})?(?:${said('tooMany')})[.!。！…]?$`, 'i')

/** That there were too many requests, in a short sentence, and to try again. A longer one says what happens if there are. */
export const TOO_MANY_TRY_AGAIN: RegExp = new RegExp(
  `(?:${said('tooMany')})[^?？.!。！]{0,20}[.!。！,，;–-][^?？]{0,60}(?:${said('again')})`,
  'i',
)

/** To prove to be human, or no robot. Languages without a verb for it here have it in the phrase. */
export const PROVE_HUMAN: RegExp = new RegExp(
  languages
    .flatMap(({ prove, human }) => {
      if (human === undefined) return []
      return prove === undefined ? human : `(?:${prove})[^.!?]{0,30}(?:${human})`
    })
    .join('|'),
  'i',
)

/** That one is human, or no robot. */
export const HUMAN: RegExp = new RegExp(said('human'), 'i')

/** "I am not a robot". */
export const LABEL: RegExp = new RegExp(said('label'), 'i')

/** "Checking your browser". */
export const CHECKING: RegExp = new RegExp(said('checking'), 'i')

/** "Unusual traffic". */
export const UNUSUAL: RegExp = new RegExp(said('unusual'), 'i')

/** Words of gates. */
export const GATE: RegExp = new RegExp(said('gate'), 'i')

/** What any of the languages has for a meaning. */
function said(meaning: keyof WordsOfWalls): string {
  return languages.flatMap((words) => words[meaning] ?? []).join('|')
}

function aboutYourAddress(yours: string, verb: string): RegExp {
  const address = `(?:(?:${yours})[^.!?]{0,20}\\bip\\b|\\bip\\b[^.!?]{0,20}(?:${yours}))`
  return new RegExp(`${address}[^.!?]{0,40}(?:${verb})|(?:${verb})[^.!?]{0,20}${address}`, 'i')
}

function aboutYours(yours: string, subject: string): RegExp {
  return new RegExp(`(?:${yours})[^.!?。]{0,5}(?:${subject})[^.!?。]{0,30}(?:${BLOCKED})`, 'i')
}

function inAnyOrder(...orders: readonly (readonly string[])[]): RegExp {
  return new RegExp(orders.map((parts) => parts.map((part) => `(?:${part})`).join(WITHIN)).join('|'), 'i')
}
