import { all, any, type Look, none, sharedText, text } from '../marker.ts'
import { type WordsOfWalls, wordsElsewhere } from './words-elsewhere.ts'

const languages: readonly WordsOfWalls[] = Object.values(wordsElsewhere)
/** Languages by the letters that they are written in. */
const byScript: ReadonlyMap<string | undefined, readonly WordsOfWalls[]> = Map.groupBy(
  languages,
  ({ script }) => script,
)
const WITHIN = '[^!?！？]{0,60}'
/** The same sentence: a dot inside an address does not end it. */
const WITHIN_SENTENCE = '(?:[^.!?。！？]|\\.(?! )){0,50}'

/** Words that make a condition of what follows: what to do if a request is blocked. */
const IF =
  '(?<!(?:если|якщо|коли|когда|ако|wenn|falls|sobald|\\bsi|\\bse|jeśli|gdy|když|pokud|\\bals|\\bha|eğer|nếu|jika|إذا|اگر|אם|αν|\\bom|\\bhvis|\\bjos|cuando|quando|quand|dacă|\\bako|\\bkad) |如果|若|もし|만약|หาก)'

/** A word that refuses, in any of the languages: one search that rules out most pages. */
const REFUSES: Look = sharedText(new RegExp(said('verb'), 'i'))

/** A cause, in any of them. */
const CAUSED: Look = sharedText(new RegExp(said('cause'), 'i'))

/** Sentences with a subject, a verb that refuses and a cause, in any order of them: what a refusal says by itself. */
export const statements: Look = all(
  REFUSES,
  CAUSED,
  inAnyLanguage(({ subject, verb, cause }) =>
    inAnyOrder(WITHIN, [subject, verb, cause], [subject, cause, verb], [cause, verb, subject], [cause, subject, verb]),
  ),
)

/** The same of the visitor's own request, or of this very one: said to nobody but whom a machine stops. */
const stopped: Look = inAnyLanguage(({ request, verb, cause }) => {
  const mine = `${IF}(?:${request})`
  return inAnyOrder(
    WITHIN_SENTENCE,
    [mine, verb, cause],
    [mine, cause, verb],
    [cause, mine, verb],
    [verb, mine, cause],
    [cause, verb, mine],
  )
})

/** A verb that refuses and a cause: enough where the status refuses, too. */
export const refusals: Look = all(
  REFUSES,
  CAUSED,
  inAnyLanguage(({ verb, cause }) => inAnyOrder(WITHIN, [verb, cause], [cause, verb])),
)

/** A condition about an address is no statement: what to do if one is blocked. */
const CONDITION =
  /(?:если|якщо|коли|когда|wenn|falls|\bsi\b|\bse\b|jeśli|gdy|když|pokud|\bals\b|\bha\b|eğer|如果|若|もし|만약|nếu|jika|إذا|اگر|אם|αν|\bom\b|\bhvis\b|\bjos\b|cuando|quando|quand|dacă|หาก)[^.!?]{0,30}\bip\b/i

/** That the visitor's own address is blocked, without a cause. */
export const yourAddressBlocked: Look = all(
  text(/ip|آی.?پی|아이피/i),
  REFUSES,
  any(
    inAnyLanguage(({ yours, verb, address }) => aboutYourAddress(yours, verb, address)),
    // "An IP that is not let in", in languages that leave out whose it is.
    text(
      /(?:차단|금지|허용되지 않[은는]) ?된? ?(?:ip|아이피) ?(?:주소 ?)?입니다|(?:許可|許容|登録)されていないip(?:アドレス)?(?:です|から)|ip(?:地址)?(?:不在白名单|不在白名單|未授权|未授權|未被允许|不被允许)|\bip\S{0,2} ?(?:가|이|는) ?(?:\S{1,20} )?차단|ip(?:地址)?已?(?:被|遭|经被|經被)[^。，]{0,12}(?:封|禁止|拉黑|拦截|限制|锁定)/i,
    ),
  ),
  none(text(CONDITION)),
)

/** Accounts are blocked too, and not by firewalls. */
const ACCOUNT =
  /\b(?:comptes?|kont[aou]|benutzerkonto|cuentas?|contas?|accounts?|hesab|akun|akaun|tài khoản|fiók|račun)\b|účet|\b(?:kontos|hesabınız|fiókj|kontoni|cont(?:ul)? (?:dvs|dumneavoastră|tău))|аккаунт|акаунт|уч[её]тн|обліков|账户|账号|帳號|帳戶|アカウント|계정|حساب|חשבון|บัญชี|खाता|λογαριασμ|अकाउंट|অ্যাকাউন্ট/i

/** A password that is to be changed: then the visitor is known, and what was noticed is a login. */
const PASSWORD =
  /密码|密碼|パスワード|비밀번호|passwor[dt]|passord|adgangskode|lösenord|contraseñ|senha|mot de passe|парол|şifre|hasł|heslo|jelszó|mật khẩu|kata sandi|wachtwoord|รหัสผ่าน/i

/** Who attacks sites, in reports about it. A wall says what it takes the visitor for, and not who did it. */
const NEWS =
  /\bhack(?:er|ar)|\bpirat[ae]s\b|хакер|駭客|黑客攻击(?:导致|事件)|ハッカー|해커|هکر|قراصنة|korsan|\bperetas|tin tặc|แฮก|hakerz|hackeři|χάκερ|हैकर/i

/** Stems of "blocked", which many languages have in common. Applications refuse and deny, too; they seldom block. */
const BLOCKED =
  'bloqu|block|gesperrt|gebannt|\\bbanni|забан|\\bbanead|\\bbanid|\\bexpulsad[oa] de est|blocat|blocată|bloccat|blok|блок|μπλοκ|αποκλε|engellen|engelled|estetty|letilt|chặn|封禁|封鎖|拦截|攔截|阻断|屏蔽|ブロック|遮断|차단|บล็อก|حظر|مسدود|חסמ|חסומ|अवरुद्ध|ब्लॉक|ব্লক'

/** "The page that you are trying to visit", in many languages, and that it is blocked. */
const TRIED: readonly (readonly [tried: string, blocked: string])[] = [
  [
    "(?<!\\b(?:if|when|unless) the )\\b(?:(?:web ?)?site|(?:web ?)?page|url|domain|content|resource) (?:that |which )?you(?:['’]re| are|['’]ve| have)? (?:try(?:ing)?|tried|attempt(?:ing|ed)?|want(?:ed)?) to (?:visit|access|open|view|reach|browse|load|see)",
    '(?:is|has been|was) (?:blocked|filtered|restricted)\\b',
  ],
  [
    '(?:el sitio|la p[aá]gina|la web)[^.!?]{0,10} que (?:intent|est[aá]s? (?:intent|trat)|trat|quier|dese)[^.!?]{0,16} (?:visitar|acceder|entrar|abrir|ver|consultar)',
    '(?:est[aá]|sido|fue) bloquead',
  ],
  [
    '(?:o site|a página)[^.!?]{0,10} que (?:você )?(?:est[aá] tentando|tent|deseja|quer)[^.!?]{0,12} (?:visitar|acessar|aceder|entrar|abrir|ver)',
    '(?:est[aá]|foi) bloquead',
  ],
  [
    '(?:le site|la page)[^.!?]{0,10} que vous (?:tent|essay|souhait|cherch|voul)[^.!?]{0,12} (?:visiter|consulter|accéder|ouvrir|voir|afficher)',
    '(?:est|été) bloqué',
  ],
  [
    '(?:il sito|la pagina)[^.!?]{0,10} che (?:stai|si sta|sta) (?:cerc|tent|prov)[^.!?]{0,14} (?:visitare|aprire|accedere|vedere|raggiungere)',
    '\\bbloccat',
  ],
  [
    '(?:seite|site),? die (?:sie|du) [^.!?]{0,12}(?:aufruf|besuch|öffn|zugreif|anford|angeford)',
    '\\b(?:gesperrt|blockiert)',
  ],
  ['(?:site|pagina) die (?:u|je) (?:probeert|wilt)', '\\bgeblokkeerd'],
  ['(?:platsen|sidan|siden|nettstedet|webstedet) (?:som )?du (?:försök|prøv|forsøg|vil)', '\\b(?:blocke|blok)'],
  ['(?:stron|witryn)\\S{1,3},? (?:którą|do której) ', 'zablokowan'],
  ['(?:stránk|web)\\S{0,2},? (?:kter|ktor)', 'blokov'],
  ['(?:oldal|webhely),? amely', '(?:letilt|blokkol)'],
  ['pe care (?:încerc|dor)', '\\bblocat'],
  ['çalıştığınız (?:web )?(?:site|sayfa)', 'engellen'],
  ['(?:сайт|страниц.|ресурс),? котор.{2,3} вы (?:пытае|хотит|запрашив|запросил)', '(?:заблокирован|ограничен)'],
  ['(?:сайт|сторінк.),? як.{1,2} ви (?:намагає|хочете)', 'заблокован'],
  ['(?:situs|halaman|laman)(?: web)? (?:yang )?(?:anda|kamu) (?:coba|ingin)', '\\bdi(?:blokir|sekat)'],
  ['trang(?: web)? (?:mà )?bạn (?:đang )?(?:cố|muốn|yêu)', 'bị chặn'],
  ['(?:您|你)(?:要|正在|试图|尝试|所)?(?:访问|浏览)的(?:网站|页面|网址)', '(?:拦截|屏蔽|阻止|封禁)'],
  ['アクセスしようと(?:している|した)(?:サイト|ページ)', 'ブロック'],
  ['접속하려는 (?:사이트|페이지)', '차단'],
  ['(?:الموقع|الصفحة) (?:الذي|التي) (?:تحاول|تريد)', '(?:محظور|حظر|محجوب|حجب)'],
  ['(?:سایتی|صفحه.{0,2}ای) که', 'مسدود'],
]

/** That the site or page which the visitor tries to see is blocked, as filters say it. */
export const triedIsBlocked: Look = all(
  text(new RegExp(`${BLOCKED}|filtered|restricted|ограничен|محظور|محجوب|حجب`, 'i')),
  any(...TRIED.map(([tried, blocked]) => text(new RegExp(`(?:${tried})[^.!?。]{0,45}${blocked}`, 'i')))),
)

/** Who filters, other than the site: the network that the visitor is in. */
export const FILTERED_BY_NETWORK: RegExp =
  /(?:web|inhalts?|jugendschutz|content|url)-?filter|filtros? (?:web|de contenidos?|de conteúdo|parental)|filtro (?:dei )?contenuti|filtre (?:web|de contenu|parental)|администратор\S{0,3} (?:вашей )?(?:сети|организации)|администраторі?в? мережі|administrador(?:a)? (?:de (?:la |su )?(?:red|sistemas)|d[ae] rede)|administrateur (?:de votre |du )?réseau|amministratore di rete|netzwerkadministrator|netwerkbeheerder|administrator\S{0,4} sieci|ağ yönetici|网络管理员|網路管理員|フィルタリング|フィルター|ネットワーク管理者|네트워크 관리자|política (?:de (?:la |su )?(?:empresa|organización|red)|da empresa|de rede)|richtlinien? (?:ihres|des) (?:unternehmens|netzwerks)|politique (?:de sécurité )?de (?:votre|l[’']) ?(?:entreprise|organisation)/i

/** That something is refused, for whatever reason. */
export const REFUSED_HERE: RegExp = new RegExp(`${BLOCKED}|拒否|${said('denied')}`, 'i')

/** This page, or its address: what the visitor asked for, where a manual speaks of pages. */
export const THIS_SITE: RegExp =
  /https?:\/\/\S|\bdiese[rs]? (?:web)?(?:seite|site)|\best[ae] (?:p[aá]gina|sitio|web|site)\b|\b(?:cette page|ce site)\b|\bquest[oa] (?:sito|pagina)\b|(?:этот|данн(?:ый|ому)|этому|этой) (?:сайт|ресурс|страниц)|\bt(?:a|ej) stron|\bdeze (?:web)?(?:site|pagina)\b|(?:此|该|本)(?:网站|网页)|この(?:サイト|ページ)|이 (?:사이트|페이지)|هذا الموقع|این سایت|\bbu (?:web )?(?:site|sayfa)/i

/** That access to the page is refused, whoever's it is. */
export const ACCESS_REFUSED: RegExp = new RegExp(said('denied'), 'i')

/** The address of the visitor, as a refusal prints it. */
export const PRINTED_ADDRESS: RegExp =
  /(?:^|[^a-z])ip(?:[- ]?\S{1,9})?(?: ?[:：] ?|\s)(?!10\.|127\.|192\.168\.)(?:\d{1,3}\.){3}\d{1,3}/i

/** That the visitor's own request or access is blocked, without a cause. */
export const yoursBlocked: Look = all(
  text(new RegExp(BLOCKED, 'i')),
  inAnyLanguage(({ request }) => {
    const mine = `${IF}(?:${request})`
    return `${mine}[^.!?。]{0,40}(?:${BLOCKED})|(?:${BLOCKED})[^.!?。]{0,20}${mine}`
  }),
  none(text(ACCOUNT), text(CONDITION)),
)

/** That the visitor's own request was stopped for security reasons, whatever the status. */
export const stoppedForSecurity: Look = all(REFUSES, CAUSED, stopped, none(text(ACCOUNT), text(PASSWORD), text(NEWS)))

/** What refusals print for the letter to support. */
export const NUMBERED: RegExp =
  /\b(?:ray|reference|incident|request|event|block|support|trace)(?: id| number|:| #)|\bid\b.{0,20}[0-9a-f-]{4}|(?:ref|c[oó]dig|codice|код|номер|編號|编号|番号|번호|رقم|kod|número|numéro|nummer|mã)\S{0,8}:? ?[\w-]{0,4}\d{3}|(?:^|[^\d.])(?:\d{1,3}\.){3}\d{1,3}(?:$|[^\d.])/i

/** "Unusual traffic". */
export const saysUnusual: Look = sharedText(new RegExp(said('unusual'), 'i'))

/** That something unusual comes from the visitor's own network. */
export const unusualFromYou: Look = all(
  saysUnusual,
  text(new RegExp(said('detected'), 'i')),
  inAnyLanguage(({ unusual, network }) =>
    unusual === undefined || network === undefined
      ? undefined
      : `(?:${unusual})[^.!?]{0,40}(?:${network})|(?:${network})[^.!?]{0,40}(?:${unusual})`,
  ),
  none(text(ACCOUNT), text(PASSWORD), text(NEWS)),
)

/** Other sentences that only walls say. */
export const saidByWalls: Look = all(
  text(new RegExp(said('sentence'), 'i')),
  none(text(ACCOUNT), text(PASSWORD), text(NEWS)),
)

/** That a VPN or a proxy must be switched off. */
export const SWITCH_OFF: RegExp = new RegExp(
  `(?:\\bvpn|\\bproxy|прокси|проксі|(?:使用|开启|關閉|关闭)(?:了)?代理|プロキシ|프록시|پروکسی|بروكسي)[^!?]{0,50}(?:${said('off')})|(?:${said('off')})[^.!?。]{0,30}(?:\\bvpn|\\bproxy|прокси|проксі|(?:使用|开启|關閉|关闭)(?:了)?代理|プロキシ|프록시|پروکسی|بروكسي)`,
  'i',
)

/** What titles of refusals say, as the source of a pattern. */
export const REFUSED_IN_TITLE: string = said('denied')

/** That a VPN or a proxy is refused. */
export const PROXY_REFUSED: RegExp = new RegExp(
  `(?:\\bvpns?\\b|\\bproxy\\b|прокси|проксі|代理|プロキシ|프록시|پروکسی|بروكسي)[^.!?。]{0,30}(?:${said('verb')})`,
  'i',
)

/** Titles of refusals. */
export const REFUSING_TITLE: RegExp = new RegExp(`^(?:40[356]:? ?[-–:|]? ?)?(?:${said('denied')})(?!\\s?[?？])`, 'i')

/** That there were too many requests. */
const TOO_MANY: RegExp = new RegExp(said('tooMany'), 'i')

/** The same, where it is no condition: rules of an interface say what happens if there are. */
export const saysTooMany: Look = all(
  sharedText(TOO_MANY),
  none(
    sharedText(
      new RegExp(
        `(?:wenn|falls|sobald|jika|eğer|když|gdy|jeśli|hvis|cuando|quando|quand|если|якщо|如果|若|当(?!前)|當(?!前)|もし|nếu|หาก|إذا|اگر|\\bsi |\\bse (?:você|houver|si)|\\bals )[^.!?。，]{0,12}(?:${said('tooMany')})`,
        'i',
      ),
    ),
  ),
)

/** That there were too many requests, as all of a sentence. */
export const TOO_MANY_ALONE: RegExp = new RegExp(
  `^(?:(?:error|fehler|erreur|erro|errore)[:!]? )?(?:429[-–:| ]{1,3})?(?:${said('tooMany')})[.!。！…]?$`,
  'i',
)

/** What stands before the number of an error in a title: "Fehler 429", "HTTP Status 429", "État HTTP 429". */
const BEFORE_NUMBER =
  '(?:(?:état |estado |stato )?http(?:-?status| status|ステータス)?|status|code|error|erreur|errore|fehler|erro|ошибка|помилка|błąd|chyba|hiba|fout|fel|feil|fejl|hata|eroare|kesalahan|lỗi|エラー|错误|錯誤|오류|خطأ|خطای|שגיאה)'

/** What pages of errors put before and after what they have to say: "Fehler 429 –", "| Shop". */
const BEFORE_LIMIT = `^(?:(?:${BEFORE_NUMBER} ?)?429 ?[-–—|·:]? ?)?`
const AFTER_LIMIT = '[^\\s.,!?|·:–—-]{0,6}[.!。！…]?(?: [-–—|·:] .{1,30})?$'

/** That there were too many requests, as a title, with the number or the name of a site or without. */
export const TOO_MANY_TITLE: RegExp = new RegExp(`${BEFORE_LIMIT}(?:${said('tooMany')})${AFTER_LIMIT}`, 'i')

/** The same in a short title with a few words more. */
export const TOO_MANY_IN_TITLE: RegExp = new RegExp(
  `^[^?？]{0,20}(?:${said('tooMany')})[^\\s?？]{0,6}(?: gönder\\S{1,7})?[ .!。！…]{0,2}$`,
  'i',
)

/** That there were too many attempts, in a sentence. */
export const TOO_MANY_ATTEMPTS: RegExp = new RegExp(said('attempts'), 'i')

/** The same of attempts, which are of something else where no waiting is asked for. */
export const ATTEMPTS_TITLE: RegExp = new RegExp(`${BEFORE_LIMIT}(?:${said('attempts')})${AFTER_LIMIT}`, 'i')

/** The number 429 as the number of an error, in a title. */
export const NUMBERED_429: RegExp = new RegExp(
  `(?:^|[-–—|·:] )(?:${BEFORE_NUMBER} ?)?429(?:$| ?[-–—|·:]| (?:오류|错误|錯誤|エラー|hatası|error))`,
  'i',
)

/** To try again, or to wait. */
export const AGAIN: Look = sharedText(new RegExp(said('again'), 'i'))

/** What too many requests lead to: then it is explained, and not said. */
const LEADS = ' (?:führen|können|bedeut|signif|provoc|caus|occasion|привод|означ|betekent|powod)'
export const TOO_MANY_LEADS: RegExp = new RegExp(`(?:${said('tooMany')})${LEADS}`, 'i')

/** That there were too many requests, in a short sentence, and to try again. A longer one says what happens if there are. */
export const TOO_MANY_TRY_AGAIN: RegExp = new RegExp(
  `(?:${said('tooMany')})(?!${LEADS})[^?？.!。！]{0,45}(?:[.!。！,，、،।;–-]|(?<=[\\u0e00-\\u0e7f])(?=[ \\u0e00-\\u0e7f]))[^?？]{0,60}(?:${said('again')})`,
  'i',
)

/** That there were too many requests within a short time: said of what the visitor did. */
export const TOO_MANY_SOON: RegExp = new RegExp(
  `(?:${said('tooMany')})[^?？.!。！]{0,25}(?:${said('soon')})|(?:${said('soon')})[^?？.!。！]{0,12}(?:${said('tooMany')})`,
  'i',
)

/** That the visitor has used up a limit or goes too fast, and is to wait. */
export const exceeded: Look = all(
  text(new RegExp(said('exceeded'), 'i')),
  AGAIN,
  // Rules of an interface say what happens if.
  none(
    text(
      /\b(?:wenn|falls|sobald|jika|eğer|gdy|jeśli|hvis|cuando|quando|quand|pokud|zodra)\b|když|\bsi (?:vous|tu|usted|el|la|se|hay)\b|\bse (?:o|a|il|la|si|superi)\b|\bse você|если|якщо|ако|如果|若|时[，,会将]|時[，,]|場合|と、|경우|하면|nếu|หาก|यदि|যদি|إذا|اگر/i,
    ),
  ),
)

/** That there were too many requests from the visitor's own network. */
export const TOO_MANY_FROM_YOU: RegExp = new RegExp(
  `(?:${said('tooMany')})[^?？.!。！]{0,40}(?:${said('network')})|(?:${said('network')})[^?？.!。！]{0,40}(?:${said('tooMany')})`,
  'i',
)

/** To prove to be human, or no robot. Languages without a verb for it here have it in the phrase. */
export const PROVE_HUMAN: RegExp = new RegExp(
  union(({ prove, human }) => {
    if (human === undefined) return undefined
    return prove === undefined ? human : `(?:${prove})[^.!?]{0,30}(?:${human})`
  }),
  'i',
)

/** That one is human, or no robot. */
export const HUMAN: RegExp = new RegExp(said('human'), 'i')

/** "I am not a robot". */
export const LABEL: RegExp = new RegExp(said('label'), 'i')

/** "Checking your browser". */
export const CHECKING: RegExp = new RegExp(said('checking'), 'i')

/** "Checking your browser … one moment". */
export const checkingNow: Look = all(text(CHECKING), text(new RegExp(said('moment'), 'i')))

/** The same as a title, where it is nearly all of it. */
export const UNUSUAL_TITLE: RegExp = new RegExp(`^.{0,6}(?:${said('unusual')}).{0,12}$`, 'i')

/** That something was detected. */
export const DETECTED: RegExp = new RegExp(said('detected'), 'i')

/** "To continue". */
export const FORWARD: RegExp = new RegExp(said('forward'), 'i')

/** Titles that are nothing but the name of a check, with the name of a site or without. */
export const GATE_TITLE: RegExp = new RegExp(`^(?:.{1,20} ?[-|:–] )?(?:${said('gateTitle')})(?:$| ?[-|–_])`, 'i')

/** That one must log in to see what was asked for. */
export const LOGIN_NEEDED: RegExp = new RegExp(said('login'), 'i')

/** F5's support number, in the words of other languages. */
export const SUPPORT_NUMBER: RegExp = new RegExp(`(?:${said('support')})[^.!?\\d]{0,20}\\d{15}`, 'i')

/** Words of gates. */
export const GATE: RegExp = new RegExp(
  union(({ gate, human, label }) => [gate, human, label].filter((part) => part !== undefined).join('|') || undefined),
  'i',
)

/** What any of the languages has for a meaning. */
function said(meaning: keyof WordsOfWalls): string {
  return union((words) => words[meaning])
}

/**
 * One pattern for all languages. At a letter of another script their words are not even tried;
 * an address may begin a phrase in any script.
 */
function union(patternOf: (words: WordsOfWalls) => string | undefined): string {
  return [...byScript]
    .flatMap(([script, ofScript]) => {
      const initials = ofScript.map((words) => words.initials ?? '').join('')
      const joined = ofScript.flatMap((words) => patternOf(words) ?? []).join('|')
      if (joined === '') return []
      return script === undefined ? joined : `(?=[${script}${initials}]|bot|captcha|http|ip|support)(?:${joined})`
    })
    .join('|')
}

/** One look for each language, asked only where the page has letters of its script. */
function inAnyLanguage(patternOf: (words: WordsOfWalls) => string | undefined): Look {
  return any(
    ...[...byScript].map(([script, ofScript]) => {
      const looks = any(
        ...ofScript.flatMap((words) => {
          const pattern = patternOf(words)
          return pattern === undefined ? [] : text(new RegExp(pattern, 'i'))
        }),
      )
      return script === undefined ? looks : all(text(new RegExp(`[${script}]`)), looks)
    }),
  )
}

function aboutYourAddress(yours: string, verb: string, ofLanguage: string | undefined): string {
  const address = `(?:(?:${yours})[^.!?]{0,20}\\bip\\b|\\bip\\b[^.!?]{0,20}(?:${yours})${ofLanguage === undefined ? '' : `|(?:${ofLanguage})`})`
  // The visitor's address, where it is printed, has dots.
  return `${address}(?:[^.!?]|\\.(?=\\d)){0,40}(?:${verb})|(?:${verb})[^.!?]{0,20}${address}`
}

function inAnyOrder(within: string, ...orders: readonly (readonly string[])[]): string {
  return orders.map((parts) => parts.map((part) => `(?:${part})`).join(within)).join('|')
}
