import { all, any, type Defence, emptier, fraudDetect, type Look, none, status, text, title } from '../marker.ts'
import { YOURS_BLOCKED } from './words-elsewhere.ts'

const NOTICE = emptier(80, 900)

/** Accounts are locked for security reasons too. */
const ACCOUNT: Look = text(
  /\b(?:comptes?|konto|benutzerkonto|cuentas?|contas?|account|kont[ao]|hesab|akun|tài khoản)\b|аккаунт|уч[её]тн|账户|账号|帳號|アカウント|계정/i,
)

/**
 * Refusals that say no cause, and refusals in other languages than English. Applications refuse with the same words and the status
 * 403, so the status alone backs nothing here: two places must agree.
 */
export const genericRefusal: Defence = {
  name: 'generic-refusal',
  reason: { type: 'unknown' },
  statuses: [],
  markers: [
    // Pages of a dozen firewalls print a number for support (wafw00f); so do applications, hence the status.
    {
      id: 'reference',
      strength: 'hint',
      says: 'a reference, incident or support number on an otherwise empty page',
      look: all(
        text(
          /\b(?:reference|incident|support|request|event|case|block|transaction|ray|trace|unique|error) ?(?:id|number|no\.?|#)(?: is)?:? ?(?:\[ ?)?#?[a-z0-9-]{8}|\b(?:req|r|inc)id:? ?[a-z0-9-]{8}/i,
        ),
        status(403, 405, 406, 418, 429, 503),
      ),
    },
    // Titles of refusal pages (gpc-web-crawler issue 51).
    {
      id: 'denied',
      strength: 'hint',
      says: 'title or heading that says blocked or denied',
      look: title(
        /^(?:[\w.-]{1,60} [-|] )?(?:(?:http )?(?:error )?40[36]:? ?[-–:|]? ?)?(?:(?:access|request|website|page|ip|country|you(?:r request)?|this request|sorry, you) ?(?:is|was|has been|have been)? ?(?:denied|blocked|rejected|forbidden|restricted|intercepted)|blocked|security block|banned)\b/i,
      ),
    },
    // The visitor's own address, printed by refusals for the letter to support.
    {
      id: 'your-address',
      strength: 'hint',
      says: "the visitor's IP address on an otherwise empty page",
      look: all(
        NOTICE,
        text(
          /\b(?:(?:your|client|remote|visitor|requestor) ?(?:ip|ip[- ]address|address)|ip(?: address)?):? ?(?:is:? )?(?:\d{1,3}\.){3}\d{1,3}/i,
        ),
        status(403, 405, 406, 418, 429, 503),
      ),
    },
    // The same words in other languages, in titles: es, pt, fr, de, it, nl, pl, ru, uk, tr, zh, ja, ko, id, vi.
    {
      id: 'denied-elsewhere',
      strength: 'hint',
      says: 'title that says blocked or denied in another language than English',
      look: title(
        /^(?:acceso (?:denegado|prohibido|bloqueado)|solicitud (?:rechazada|bloqueada)|acesso (?:negado|bloqueado)|accès (?:refusé|interdit|bloqué)|zugriff (?:verweigert|gesperrt|blockiert)|zugang (?:verweigert|gesperrt)|accesso (?:negato|vietato|bloccato)|toegang (?:geweigerd|geblokkeerd)|dostęp (?:zabroniony|zablokowany)|odmowa dostępu|доступ (?:запрещ[её]н|заблокирован|ограничен|заборонено)|erişim (?:engellendi|reddedildi)|(?:访问|请求)已?(?:被拒绝|被阻断|被拦截|被阻止|受限|禁止)|拒绝访问|訪問被拒|アクセス(?:が拒否|拒否|が制限)|접근(?:이)? ?(?:거부|차단)|akses (?:ditolak|diblokir)|truy cập bị (?:từ chối|chặn))/i,
      ),
    },
    // "Your request was blocked for security reasons" in the same languages.
    {
      id: 'blocked-elsewhere',
      strength: 'hint',
      says: 'text that the request was blocked for security reasons, in another language than English',
      look: all(NOTICE, any(...sentences())),
      reason: fraudDetect('unknown'),
    },
    // With a status that refuses, one such sentence is enough.
    {
      id: 'refused-elsewhere',
      strength: 'wall',
      says: 'refusing status, with a text that the request was blocked for security reasons in another language than English',
      look: all(NOTICE, status(403, 405, 406, 418, 429, 444, 468, 493, 503), any(...sentences())),
      reason: fraudDetect('unknown'),
    },
    // "Your access has been blocked".
    {
      id: 'yours-elsewhere',
      strength: 'hint',
      says: "text that the visitor's access or address is blocked, in another language than English",
      look: all(NOTICE, text(YOURS_BLOCKED), none(ACCOUNT)),
      reason: fraudDetect('unknown'),
    },
    // The same with a status that refuses.
    {
      id: 'yours-refused-elsewhere',
      strength: 'wall',
      says: "refusing status, with a text that the visitor's access or address is blocked, in another language than English",
      look: all(NOTICE, status(403, 405, 406, 418, 429, 444, 468, 493, 503), text(YOURS_BLOCKED), none(ACCOUNT)),
      reason: fraudDetect('unknown'),
    },
    // The whole sentence, with the words "for security reasons" or a firewall, on a page that says nothing else.
    {
      id: 'security-elsewhere',
      strength: 'wall',
      says: 'text that the request was blocked for security reasons, in another language than English, and nothing else',
      look: all(emptier(40, 240), any(...securitySentences()), none(ACCOUNT)),
      reason: fraudDetect('unknown'),
    },
  ],
}

/** What was asked for, stopped, for a reason that is a firewall's. */
function securitySentences(): ReturnType<typeof text>[] {
  const words: readonly (readonly [subject: string, verb: string, cause: string])[] = [
    [
      'solicitud|petición|acceso|\\bip\\b',
      'bloquead|rechazad|denegad',
      '(?:motivos|razones) de seguridad|firewall|\\bwaf\\b|cortafuegos',
    ],
    [
      'solicitação|requisição|acesso|\\bip\\b',
      'bloquead|rejeitad|negad',
      '(?:motivos|razões) de segurança|firewall|\\bwaf\\b',
    ],
    ['requête|demande|accès|adresse ip', 'bloqué|refusé|rejeté', 'raisons de sécurité|pare-feu|firewall|\\bwaf\\b'],
    ['anfrage|zugriff|ip-adresse', 'blockiert|gesperrt|abgelehnt', 'sicherheitsgründen|firewall|\\bwaf\\b'],
    ['richiesta|accesso|\\bip\\b', 'bloccat|rifiutat', '(?:motivi|ragioni) di sicurezza|firewall|\\bwaf\\b'],
    ['verzoek|toegang|ip-adres', 'geblokkeerd|geweigerd', 'veiligheidsredenen|firewall|\\bwaf\\b'],
    ['żądanie|dostęp|adres ip', 'zablokowan|odrzucon', 'względów bezpieczeństwa|zapor|firewall|\\bwaf\\b'],
    [
      'запрос|доступ|ip',
      'заблокирован|отклон[её]н|ограничен',
      'соображениям безопасности|целях безопасности|файрвол|проблема с ip|\\bwaf\\b',
    ],
    ['isteğiniz|erişiminiz|ip adresiniz', 'engellen|reddedil', 'güvenlik (?:nedeni|gerekçe|duvarı)|\\bwaf\\b'],
    ['请求|访问|請求|訪問', '拦截|攔截|阻断|阻斷|封禁', '安全策略|安全防护|安全規則|安全规则|防火墙|防火牆|威胁|waf'],
    ['リクエスト|アクセス', 'ブロック|遮断|拒否', 'セキュリティ上の理由|ファイアウォール|\\bwaf\\b'],
    ['요청|접근|접속', '차단', '보안(?:상의)? ?(?:이유|정책)|방화벽|웹 ?방화벽'],
  ]
  return words.map(([subject, verb, cause]) =>
    text(
      new RegExp(
        `(?:${subject})[^!?！？]{0,60}(?:${verb})[^!?！？]{0,50}(?:${cause})|(?:${subject})[^!?！？]{0,50}(?:${cause})[^!?！？]{0,50}(?:${verb})`,
        'i',
      ),
    ),
  )
}

/** A subject, a verb that refuses and a cause, in either order of the last two, in one sentence. */
function sentences(): ReturnType<typeof text>[] {
  const words: readonly (readonly [subject: string, verb: string, cause: string])[] = [
    [
      'solicitud|petición|acceso|conexión|\\bip\\b',
      'bloquead|rechazad|denegad|restringid',
      'segur|firewall|cortafuegos|sospechos|malicios|automatizad',
    ],
    [
      'solicitação|requisição|pedido|acesso|conexão|\\bip\\b',
      'bloque|rejeitad|negad|recusad',
      'seguran|firewall|suspeit|malicios|automatizad',
    ],
    [
      'requête|demande|accès|connexion|\\bip\\b',
      'bloqu|refus|rejet|restreint',
      'sécurité|pare-feu|firewall|suspect|malveillan|automatis',
    ],
    [
      'anfrage|zugriff|zugang|verbindung|ip-adresse|\\bsie wurden',
      'blockiert|gesperrt|abgelehnt|verweigert',
      'sicherheit|firewall|verdächtig|automatisiert|angriff',
    ],
    ['richiesta|accesso|connessione|\\bip\\b', 'bloccat|rifiutat|negat', 'sicurezza|firewall|sospett|automatizzat'],
    [
      'verzoek|toegang|verbinding|ip-adres|\\bu bent',
      'geblokkeerd|geweigerd',
      'veiligheid|beveilig|firewall|verdacht|misbruik',
    ],
    [
      'żądanie|dostęp|połączenie|zapytanie|adres ip',
      'zablokowan|odrzucon|ograniczon',
      'bezpieczeństw|zapor|firewall|podejrzan',
    ],
    [
      'запрос|доступ|соединение|активность|вы заблок',
      'заблок|отклон|ограничен|запрещ',
      'безопасност|подозрительн|файрвол|автоматическ|атак|проблема с ip',
    ],
    ['isteğiniz|erişim|bağlantınız', 'engel|reddedil', 'güvenlik|firewall|şüpheli'],
    [
      '请求|访问|請求|訪問|您的\\s?ip',
      '拦截|攔截|阻断|阻斷|屏蔽|封禁|拒绝|拒絕',
      '安全|威胁|威脅|攻击|攻擊|非法|不合法|异常|異常|防火墙|策略',
    ],
    ['リクエスト|アクセス|通信', 'ブロック|遮断|拒否|制限', '不正|セキュリティ|自動|疑わし|攻撃'],
    ['요청|접근|접속', '차단|거부', '보안|비정상|의심|자동화|공격'],
    ['permintaan|akses', 'diblokir|ditolak', 'keamanan|firewall|mencurigakan'],
    ['yêu cầu|truy cập', 'bị chặn|từ chối', 'bảo mật|an ninh|tường lửa|đáng ngờ'],
  ]
  return words.map(([subject, verb, cause]) =>
    text(
      new RegExp(
        `(?:${subject})[^!?！？]{0,60}(?:${verb})[^!?！？]{0,70}(?:${cause})|(?:${subject})[^!?！？]{0,60}(?:${cause})[^!?！？]{0,60}(?:${verb})|(?:${cause})[^!?！？]{0,60}(?:${verb})[^!?！？]{0,40}(?:${subject})`,
        'i',
      ),
    ),
  )
}
