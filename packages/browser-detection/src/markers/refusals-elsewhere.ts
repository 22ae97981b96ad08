import { all, any, type Look, none, text } from '../marker.ts'

/** How a language says that a request was refused for a cause. Beginnings of words, since most of them decline. */
interface RefusalWords {
  /** What is refused: a request, access, an address. */
  readonly subject: string
  readonly verb: string
  readonly cause: string
  /** Whose: the visitor's. */
  readonly yours: string
}

const words: Readonly<Record<string, RefusalWords>> = {
  arabic: {
    subject: 'طلب|وصول|عنوان',
    verb: 'حظر|رفض|حجب|منع',
    cause: 'أمن|أمان|مشبوه|ضار|جدار',
    yours: 'الخاص بك|لديك',
  },
  chinese: {
    subject: '请求|访问|請求|訪問|您的\\s?ip',
    verb: '拦截|攔截|阻断|阻斷|屏蔽|封禁|拒绝|拒絕',
    cause: '安全|威胁|威脅|攻击|攻擊|非法|不合法|异常|異常|风险|風險|防火墙|策略',
    yours: '您|你',
  },
  czech: {
    subject: 'požadav|žádost|přístup|adres',
    verb: 'zablokov|blokov|zamítnut|odepř',
    cause: 'bezpečnost|podezřel|firewall|automatizovan|útok',
    yours: 'vaš|vaše|tvoje',
  },
  dutch: {
    subject: 'verzoek|toegang|verbinding|ip-adres|\\bu bent',
    verb: 'geblokkeerd|geweigerd',
    cause: 'veiligheid|beveilig|firewall|verdacht|misbruik|geautomatiseerd',
    yours: '\\buw\\b|\\bje\\b|\\bjouw\\b',
  },
  finnish: {
    subject: 'pyyntö|pääsy|ip-osoit',
    verb: 'estetty|evätty|hylätty',
    cause: 'turvallisuu|epäilyttäv|palomuuri|automaat',
    yours: 'osoitteesi|sinun',
  },
  french: {
    subject: 'requête|demande|accès|connexion|\\bip\\b',
    verb: 'bloqu|refus|rejet|restreint|banni',
    cause: 'sécurité|pare-feu|firewall|\\bwaf\\b|suspect|anormal|malveillan|automatis',
    yours: 'votre|\\bton\\b',
  },
  german: {
    subject: 'anfrage|zugriff|zugang|verbindung|ip-adresse|\\bsie wurden',
    verb: 'blockiert|gesperrt|gebannt|abgelehnt|verweigert|eingeschränkt',
    cause: 'sicherheit|firewall|verdächtig|ungewöhnlich|automatisiert|angriff',
    yours: '\\bihre|\\bdeine',
  },
  greek: {
    subject: 'αίτημ|πρόσβασ|διεύθυνσ',
    verb: 'αποκλε|απορρίφθ|μπλοκ',
    cause: 'ασφ[αά]λε|ύποπτ|επίθεσ|τείχος',
    yours: 'σας|σου',
  },
  hebrew: { subject: 'בקש|גיש|כתובת', verb: 'נחסמ|חסומ|נדח', cause: 'אבטח|חשוד|ביטחון|חומת', yours: 'שלך' },
  hungarian: {
    subject: 'kérés|hozzáférés|ip-cím',
    verb: 'blokkol|letilt|elutasít|megtagad',
    cause: 'biztonság|gyanús|tűzfal|automatiz',
    yours: '\\bön\\b|\\baz ön',
  },
  indonesian: {
    subject: 'permintaan|akses',
    verb: 'diblokir|ditolak',
    cause: 'keamanan|firewall|mencurigakan',
    yours: 'anda|kamu',
  },
  italian: {
    subject: 'richiesta|accesso|connessione|indirizzo|\\bip\\b',
    verb: 'bloccat|rifiutat|negat',
    cause: 'sicurezza|firewall|sospett|automatizzat',
    yours: '\\btuo|\\bsuo|vostro',
  },
  japanese: {
    subject: 'リクエスト|アクセス|通信',
    verb: 'ブロック|遮断|拒否|制限',
    cause: '不正|不審|セキュリティ|自動|疑わし|攻撃|異常',
    yours: 'お客様|あなた|ご利用',
  },
  korean: {
    subject: '요청|접근|접속',
    verb: '차단|거부|제한',
    cause: '보안|비정상|의심|자동화|공격',
    yours: '귀하|고객님|당신',
  },
  persian: { subject: 'درخواست|دسترسی', verb: 'مسدود|رد شد|بلاک', cause: 'امنیت|مشکوک|حمله', yours: 'شما' },
  polish: {
    subject: 'żądanie|dostęp|połączenie|zapytanie|adres ip',
    verb: 'zablokowan|odrzucon|ograniczon',
    cause: 'bezpieczeństw|zapor|firewall|podejrzan|automatyczn',
    yours: 'twój|twoje|państwa',
  },
  portuguese: {
    subject: 'solicitação|requisição|pedido|acesso|conexão|\\bip\\b',
    verb: 'bloque|rejeitad|negad|recusad',
    cause: 'seguran|firewall|suspeit|malicios|automatizad',
    yours: '\\bseu|\\bteu|sua',
  },
  romanian: {
    subject: 'cerere|solicitare|acces|adresa',
    verb: 'blocat|respins|refuzat|interzis',
    cause: 'securitate|suspect|firewall|automatizat',
    yours: 'dumneavoastră|dvs|\\bta\\b',
  },
  russian: {
    subject: 'запрос|доступ|соединение|активность|вы заблок|\\bip\\b',
    verb: 'заблок|отклон|ограничен|запрещ',
    cause: 'безопасност|подозрительн|файрвол|автоматическ|атак',
    yours: 'ваш|твой',
  },
  scandinavian: {
    subject: 'begäran|förfrågan|åtkomst|anmodning|adgang|forespørsel|tilgang|ip-adress',
    verb: 'blockera|nekad|blokeret|blokert|avvisa|nægtet|nektet|afvist',
    cause: 'säkerhet|misstänkt|brandvägg|sikkerhed|sikkerhet|mistænkelig|mistenkelig|automatisera|automatiseret',
    yours: '\\bdin|\\bditt|\\bderes',
  },
  spanish: {
    subject: 'solicitud|petición|acceso|conexión|\\bip\\b',
    verb: 'bloquead|rechazad|denegad|restringid',
    cause: 'segur|firewall|cortafuegos|sospechos|malicios|automatizad|automátic',
    yours: '\\btu\\b|\\bsu\\b',
  },
  thai: { subject: 'คำขอ|การเข้าถึง', verb: 'บล็อก|ปฏิเสธ|ระงับ', cause: 'ความปลอดภัย|น่าสงสัย|ไฟร์วอลล์', yours: 'ของคุณ' },
  turkish: {
    subject: 'isteğiniz|erişim|bağlantınız',
    verb: 'engel|reddedil',
    cause: 'güvenlik|firewall|şüpheli',
    yours: '\\bip adresiniz|sizin',
  },
  ukrainian: {
    subject: "запит|доступ|з’єднання|з'єднання",
    verb: 'заблок|відхилен|обмежен|заборонен',
    cause: 'безпек|підозріл|брандмауер|автоматичн',
    yours: 'ваш',
  },
  vietnamese: {
    subject: 'yêu cầu|truy cập',
    verb: 'bị chặn|từ chối',
    cause: 'bảo mật|an ninh|tường lửa|đáng ngờ',
    yours: 'của bạn',
  },
}

const WITHIN = '[^!?！？]{0,60}'

/** Sentences with a subject, a verb that refuses and a cause, in any order of them: what a refusal says by itself. */
export const statements: readonly Look[] = Object.values(words).map(({ subject, verb, cause }) =>
  text(inAnyOrder([subject, verb, cause], [subject, cause, verb], [cause, verb, subject], [cause, subject, verb])),
)

/** A verb that refuses and a cause: enough where the status refuses, too. */
export const refusals: readonly Look[] = Object.values(words).map(({ verb, cause }) =>
  text(inAnyOrder([verb, cause], [cause, verb])),
)

/** A condition about an address is no statement: what to do if one is blocked. */
const CONDITION =
  /(?:если|якщо|коли|когда|wenn|falls|\bsi\b|\bse\b|jeśli|gdy|když|pokud|\bals\b|\bha\b|eğer|如果|若|もし|만약|nếu|jika|إذا|اگر|אם|αν|\bom\b|\bhvis\b|\bjos\b|cuando|quando|quand|dacă|หาก)[^.!?]{0,30}\bip\b/i

/** That the visitor's own address is blocked, without a cause. */
export const yourAddressBlocked: Look = all(
  any(...Object.values(words).map(({ yours, verb }) => text(aboutYourAddress(yours, verb)))),
  none(text(CONDITION)),
)

function aboutYourAddress(yours: string, verb: string): RegExp {
  const address = `(?:(?:${yours})[^.!?]{0,20}\\bip\\b|\\bip\\b[^.!?]{0,20}(?:${yours}))`
  return new RegExp(`${address}[^.!?]{0,40}(?:${verb})|(?:${verb})[^.!?]{0,20}${address}`, 'i')
}

function inAnyOrder(...orders: readonly (readonly string[])[]): RegExp {
  return new RegExp(orders.map((parts) => parts.map((part) => `(?:${part})`).join(WITHIN)).join('|'), 'i')
}

/** Titles of refusals in these languages. */
export const REFUSING_TITLE: RegExp =
  /^(?:40[36]:? ?[-–:|]? ?)?(?:acceso (?:denegado|prohibido|bloqueado)|solicitud (?:rechazada|bloqueada)|acesso (?:negado|bloqueado)|accès (?:refusé|interdit|bloqué)|zugriff (?:verweigert|gesperrt|blockiert)|zugang (?:verweigert|gesperrt)|accesso (?:negato|vietato|bloccato)|toegang (?:geweigerd|geblokkeerd)|dostęp (?:zabroniony|zablokowany)|odmowa dostępu|přístup (?:odepřen|zamítnut|blokován)|přístup zakázán|åtkomst nekad|adgang nægtet|ingen tilgang|acces (?:interzis|refuzat|blocat)|hozzáférés megtagadva|доступ (?:запрещ[её]н|заблокирован|ограничен|заборонено)|erişim (?:engellendi|reddedildi)|访问(?:被拒绝|被阻断|被拦截|受限|禁止)|拒绝访问|訪問被拒|アクセス(?:が拒否|拒否|が制限)|접근(?:이)? ?(?:거부|차단)|akses (?:ditolak|diblokir)|truy cập bị (?:từ chối|chặn)|تم (?:حظر|رفض) الوصول|الوصول مرفوض|دسترسی (?:مسدود|غیرمجاز)|הגישה נ(?:חסמה|דחתה)|απαγορεύεται η πρόσβαση|การเข้าถึงถูก(?:ปฏิเสธ|บล็อก)|pääsy (?:estetty|evätty))(?!\s?[?？])/i
