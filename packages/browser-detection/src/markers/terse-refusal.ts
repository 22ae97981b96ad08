import { all, any, type Defence, emptier, fraudDetect, none, status, text } from '../marker.ts'
import { ASKS_NOTHING_ELSE } from './generic-gate.ts'
import { ACCESS_REFUSED } from './looks-elsewhere.ts'

/** Without 503: a server that is ill refuses connections. */
const STATUSES = [403, 405, 406, 418, 429, 444, 468, 493, 999]

/** A few words, and nothing to fill in. */
const FEW_WORDS = all(emptier(45, 260), ASKS_NOTHING_ELSE)

/** That access is refused, in English. "Forbidden" and "not allowed" alone are the names of statuses. */
const REFUSED =
  /\b(?:access|entry|actions?|requests?|connections?|visits?|traffic|(?:this |your |the )?ip(?: address)?|you(?:['’]re| are|['’]ve been| have been| were)|(?:web)?site|(?:web ?)?page|url|user|client|visitor)(?: (?:to|from|of|by|on) [\w .:-]{1,40}?)?(?: (?:is|are|was|were|has been|have been))?(?: (?:currently|temporarily|permanently|automatically))? (?:denied|blocked|restricted|banned|refused|rejected|prohibited|intercepted|blacklisted|not welcome)\b|\b(?:blocked|denied|rejected|refused|banned|stopped) by\b|^(?:(?:error )?40[36] ?[-–:|.]? ?)?(?:blocked|banned|go away)\b|\bunauthori[sz]ed ip\b/i

/**
 * What applications say when they refuse: who may see the page, what is to be done for it, or where it may be seen. Whoever is told so
 * is known, or could be.
 */
const ABOUT_RIGHTS = any(
  text(
    /\b(?:permissions?|privileges?|roles?|rights|admins?|administrators only|authori[sz](?:ed|ation)(?! ip)|sign(?:ed)?[ -]?in|log(?:ged)?[ -]?(?:in|on)|login|credentials|password|members?(?:hip)?|accounts?|subscri\w{3,9}|regist(?:er|ered|ration)|licen[cs]e\w?|courses?|students?|staff|employees?|only (?:for|available|accessible)|(?:in|from) your (?:region|country|location|area)|(?:this|your) (?:region|country)|countries|directory|folder|files?|storage|bucket|objects?|hostid|csrf|cookies?|tokens?|api[- ]?keys?|methods?|certificates?|trial|expired|payment|card|popups?|account|extension|plan|upgrade|projects?|owner|documents?|apps?|unexpected error|accessdenied\w{0,9}|teams?|workspaces?|organi[sz]ation|invit\w{2,6}|preview|private|invalid|not valid|missing)\b/i,
  ),
  text(
    /berechtig|ungültig|invalid|inválid|non valid|nieprawidłow|neplatn|érvénytelen|geçersiz|ongeldig|ogiltig|ugyldig|không hợp lệ|eigentümer|dokument|propriet[aá]ri|propiétaire|propietario|projet\b|proyecto|projeto|progetto|abgelaufen|expir|caduc|scadut|wygas|истек|administrator(?:en|ów|ům)\b|administrateurs\b|administradores\b|amministratori\b|\brechte\b|anmeld|angemeldet|mitglied|\bkonto|registrier|\bland\b|\bregion|permís|permisiun|ovlast|dozvol|\blog(?:ge|ga|g) in|permis(?:os?\b|ión|ion|são|s[oõ])|privilegi|inici(?:a|ar|e) sesi|\bcuenta|\bpaís|registr[aeo]|\brol\b|droits?\b|autoris|connect(?:er|é)|\bmembres?\b|\bcompte\b|\bpays\b|rôle|permess|autorizz|\baccedi\b|\baccount|\bpaese|\bruolo|autoriza|\bentrar\b|\blogin\b|\bconta\b|uprawn|zalog|\bkont[ao]|\bkraj|oprávn|přihl|účet|zemi\b|\bpráv[ao]|jogosult|bejelentkez|fiók|\brechten|inlog|aanmeld|behörig|logga in|tillgång till denna kurs|tilgang til denne|rettighed|logg inn|käyttöoikeu|kirjaudu|yetki|giriş yap|\bhesab|ülke(?:niz|de|ler)|izniniz|\brol[üu]|quyền|đăng nhập|tài khoản|quốc gia|khu vực|\bizin\b|hak akses|\bmasuk\b|\bakun\b|wilayah|\bnegara/i,
  ),
  text(
    /прав(?:а|о)?(?:[ .,!]|$)|недостаточно|недейств|неверн|невірн|无效|無效|無効|잘못된|غير صالح|نامعتبر|этой страниц|проект|документ|разрешени|войдите|авториз|аккаунт|уч[её]тн|(?:ваш\S{1,2}|эт\S{1,2}|нужн\S{2}) рол[ьи]|(?:ваш\S{1,2}|эт\S{1,2}) стран[аеуы]|регион|увійдіть|дозвол|обліков|країн|регіон|права на|влезте|профил|δικαιώματ|συνδεθ|λογαριασμ|χώρα|权限|權限|失效|过期|期限|만료|海外|大陆|管理者のみ|관리자만|登录|登入|登錄|账户|账号|帳號|帳戶|会员|會員|管理员(?:才|可)|地区|地區|国家|國家|権限|ログイン|会員|アカウント|地域|国から|国で|お住まい|권한|로그인|회원|계정|지역|국가|صلاحي|تسجيل الدخول|حساب|منطقت|بلدك|دولتك|مجوز|اجازه|ورود|کشور|הרשא|התחבר|חשבון|באזור|अनुमति|लॉग ?इन|खाता|สิทธิ์|เข้าสู่ระบบ|บัญชี|ประเทศ/i,
  ),
  // Interfaces for programs refuse whoever has no right to something; their firewalls say more.
  text(/^[{[<]/),
)

/** A question, a condition, or a heading over something to read. */
const NOT_STATED = text(
  /[?？]|\b(?:if|when|how|why|whether|unless|will be|can be|may be|may have been)\b|\bstatus:|user-agent:|falls|wenn\b|если|如果|もし/i,
)

const SAYS_SO = all(FEW_WORDS, none(ABOUT_RIGHTS, NOT_STATED))

/**
 * Refusals in a line or two, which say next to nothing: not why, and often not whom. On a page with so few words nearly each of them
 * counts, and who is refused without a word about rights, logins or countries is refused by a machine. The cause stays unknown.
 */
export const terseRefusal: Defence = {
  name: 'terse-refusal',
  reason: { type: 'unknown' },
  markers: [
    // With a status that refuses, one such line is enough.
    {
      id: 'refused',
      strength: 'hint',
      says: 'refusing status, with nothing but a line that access is refused',
      look: all(status(...STATUSES), any(text(REFUSED), text(ACCESS_REFUSED)), SAYS_SO),
    },
    // "Blocked! Malicious activity", whatever the status.
    {
      id: 'blocked-for-attack',
      strength: 'wall',
      says: 'nothing but a line that something was blocked, with a word about attacks',
      look: all(
        emptier(25, 80),
        text(/\b(?:blocked|denied|rejected|banned)\b/i),
        text(
          /\b(?:malicious|suspicious|automated|attacks?|hack(?:ing)?|scraping|(?:ro)?bots?) (?:activity|traffic|requests?|behaviou?r|detected|blocked|access)\b/i,
        ),
        none(ABOUT_RIGHTS, NOT_STATED, text(/\d\d/)),
      ),
      reason: fraudDetect('unknown'),
    },
    // Citrix and others, over an answer that says no more.
    {
      id: 'firewall-error',
      strength: 'wall',
      says: 'page that says nothing but that it is an error of an application firewall',
      look: all(emptier(20, 60), text(/^(?:web )?application firewall(?: (?:error|block(?:ed)?(?: page)?))?\W{0,3}$/i)),
      reason: fraudDetect('unknown'),
    },
  ],
}
