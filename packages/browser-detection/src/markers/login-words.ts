import { LOGIN_NEEDED } from './looks-elsewhere.ts'

/**
 * Path segments, without extension, that are login pages in every framework known: Rails (Devise), Django, WordPress,
 * ASP.NET, Spring, Laravel, Keycloak, Exchange, Citrix. `login-help` and `login-tips` are none.
 */
export const LOGIN_SEGMENT: RegExp =
  /^(?:(?:account|admin|app|auth|cas|client|customer|default|do|main|member|my|partner|portal|saml|secure|site|sso|staff|user|web|wp)[-_.]?)?(?:log|sign)[-_]?(?:in|on)(?:[-_]?(?:form|index|page|portal|required|screen|user(?:[-_]?pass)?|view))?\d?$/

/** The same in other languages, and the doors of products: Cisco, F5, Oracle, Pulse, SiteMinder, IBM's WebSEAL. */
export const LOGIN_SEGMENTS: ReadonlySet<string> = new Set([
  'acceder',
  'accedi',
  'acceso',
  'acesso',
  'anmelden',
  'anmeldung',
  'autenticacao',
  'autenticacion',
  'autenticazione',
  'autentificacion',
  'autentificare',
  'authorization',
  'authwall',
  'avtorizacija',
  'avtorizaciya',
  'avtorizatsiya',
  'bejelentkezes',
  'bejelentkezés',
  'belepes',
  'belépés',
  'connexion',
  '+cscoe+',
  'dana-na',
  'dang-nhap',
  'dangnhap',
  'denglu',
  'einloggen',
  'entrar',
  'giris',
  'giris-yap',
  'giris_yap',
  'girisyap',
  'giriş',
  'gologin',
  'identification',
  'ingresar',
  'ingreso',
  'iniciar-sesion',
  'iniciar_sesion',
  'iniciarsesion',
  'inloggen',
  'inloggning',
  'inlogning',
  'innlogging',
  'kirjaudu',
  'kirjaudu-sisaan',
  'kullanici-girisi',
  'log-ind',
  'logg-inn',
  'logga-in',
  'logga_in',
  'login.pang',
  'logind',
  'loginform',
  'logowanie',
  'masuk',
  'member_login',
  'memberlogin',
  'mlogin',
  'my.policy',
  'nidlogin.login',
  'obrareq',
  'oturum-ac',
  'oturumac',
  'pieslegties',
  'pkmslogin.form',
  'prihlaseni',
  'prihlasenie',
  'prihlasit',
  'prijava',
  'prisijungimas',
  'prisijungti',
  'přihlásit',
  'přihlášení',
  'se-connecter',
  'sisselogimine',
  'siteminderagent',
  'tologin',
  'user_login',
  'uye-girisi',
  'vhid',
  'vhod',
  'vkhod',
  'voiti',
  'vojti',
  'vorod',
  'zaloguj',
  'zaloguj-sie',
  'đăng-nhập',
  'авторизация',
  'войти',
  'вход',
  'вхід',
  'تسجيل-الدخول',
  'ورود',
  'ログイン',
  '登入',
  '登录',
  '登錄',
  '로그인',
])

/** Parameters by which applications of one script choose their page; one that names a login is as good as a path. */
export const PAGE_PARAMETER: RegExp =
  /^(?:_?action|_?task|cmd|controller|do|m|mod|mode|module|op|option|p|page|pg|path|r|route|section|view|screen)$/i

/** Segments that are a login only together with a return address or a login form on the page. */
export const LOGIN_HINT_SEGMENTS: ReadonlySet<string> = new Set([
  'account',
  'accounts',
  'adfs',
  'auth',
  'authenticate',
  'authentication',
  'authorize',
  'cas',
  'challenge',
  'checkpoint',
  'gate',
  'identifier',
  'identity',
  'idp',
  'members',
  'oauth',
  'oauth2',
  'oidc',
  'openid-connect',
  'passport',
  'saml',
  'saml2',
  'session',
  'sessions',
  'sso',
  'welcome',
])

/** First labels of hosts that serve logins: `login.example.com`. */
export const LOGIN_HOST_LABELS: ReadonlySet<string> = new Set([
  'account',
  'accounts',
  'auth',
  'cas',
  'id',
  'identity',
  'idp',
  'login',
  'logon',
  'nid',
  'oauth',
  'passport',
  'secure-login',
  'signin',
  'sso',
])

/** Segments of a request that means to reach, make or leave a session; a login after it is expected. */
export const INTENDED_SEGMENTS: ReadonlySet<string> = new Set([
  'auth',
  'authorize',
  'join',
  'log-out',
  'logoff',
  'logout',
  'oauth',
  'oauth2',
  'password',
  'register',
  'registration',
  'saml',
  'saml2',
  'sign-out',
  'sign-up',
  'sign_out',
  'sign_up',
  'signout',
  'signup',
  'sso',
])

/** Names of parameters that are there to lead back, whatever their value. */
export const PLAIN_RETURN_PARAMETER: RegExp =
  /^(?:back_?ur[il]|continue|next|redirect(?:_?(?:to|ur[il]|path))?|relaystate|return(?:_?(?:to|ur[il]|path))?)$/i

/** These, and names of parameters and hidden fields that lead back where their value is an address. */
export const RETURN_PARAMETER: RegExp = new RegExp(
  `${PLAIN_RETURN_PARAMETER.source}|^(?:\\.?done|back|back_?to|cburl|callbackurl|dest|destination|forward|from|go_?url|goto|jump(?:_?(?:to|url))?|next_url|nextpage|origin|original_?url|os_destination|path|r|rd|redir|redirect_?back|referer|referrer|request_?uri|resource|rurl|ret|retpath|rtn_?url|ref_?url|from_?url|tourl|returl|retorno|retour|returnpage|service|spring-security-redirect|success_?url|target|target_?url|then|to|u|ur[il]|user_return_to|destino|donus|kaynak|vissza|volta|volver|voltar|wctx|zurueck)$`,
  'i',
)

/** That one must log in to see what was asked for, which the form of a login by itself does not say. */
export const MUST_LOG_IN: RegExp = new RegExp(
  [
    "\\byou(?:['’]ll)? (?:must|need to|have to) (?:first )?(?:be (?:logged|signed) in|log ?in|sign in|login)(?: first| or (?:register|sign up))? (?:in order )?(?:to|before (?:you can )?) ?(?:continu(?:e|ing)|proceed(?:ing)?|(?:view|see|access|read|visit|open|use|enter|perform|do)\\b[^.!?]{0,10}\\b(?:this|that|the))\\b",
    '\\bto (?:view|see|access|read|visit|open|use|enter)\\b[^.!?]{0,6}\\b(?:this|that|the (?:requested )?(?:page|content|site|document|file|resource|topic|area|section))\\b[^.!?]{0,20},? you (?:must|need to|have to) (?:first )?(?:be (?:logged|signed) in|log ?in|sign in)\\b',
    '\\byou (?:must|need to|have to) (?:log ?in|sign in) first(?:[.!,;]|$| to (?:view|see|access|read|continue)\\b)|\\bbe a (?:registered )?member to (?:view|see|access|read) (?:this|that|the)\\b',
    '\\b(?:log|sign) ?in (?:or [a-z ]{1,24} )?to (?:keep|continue) reading\\b|\\b(?:log|sign) ?in to (?:see|view|access|read) this (?:private )?(?:page|content|document|group|profile|post|file|topic|area|section)\\b',
    '\\bauthentication is required to (?:access|view|see)\\b',
    '\\blog in before (?:viewing|accessing|reading|seeing|visiting)\\b',
    // Whoever logs in to see orders of his own came for the login.
    '\\bplease (?:(?:log|sign) ?in|authenticate) to (?:view|see|access|read)\\b(?! (?:your|my)\\b)',
    // "This action requires login" is said of interfaces too, so the visitor must be asked to.
    '\\brequires (?:you|users|visitors) to (?:be (?:logged|signed) in|log ?in|sign in)\\b(?! to (?:your|an?)\\b)',
    '\\b(?:action|page|area|section|part|content|feature|operation)\\b[^.!?]{0,30}\\brequires (?:a )?(?:login|log-?in|sign-?in|authentication)[.!,;]? ?(?:please )?(?:first )?(?:log|sign) ?in\\b',
    "\\byou(?:['’]re| are) not (?:currently )?(?:logged|signed) in[.!,;]? ?(?:and must |please )(?:log|sign) ?in\\b",
    '\\bthis (?:page|content|area|section|article|document|part|feature|site)\\b[^.!?]{0,20}\\b(?:for|to) (?:registered|logged[- ]in|signed[- ]in) (?:users|members|visitors)(?: only)?[.!]',
    // A session that has run out, and the way back to the login.
    '\\byour (?:login )?session (?:has |is )?(?:expired|timed out|no longer valid)\\b[^!?]{0,40}\\b(?:log|sign)[ -]?(?:in|on)\\b',
    LOGIN_NEEDED.source,
  ].join('|'),
  'i',
)

/** Title of a page that has nothing else to say. */
export const LOGIN_REQUIRED_TITLE: RegExp =
  /(?:^|[-|–—·:] )(?:(?:log-?in|sign-?in|authentication|authori[sz]ation) (?:is )?(?:required|needed)|(?:connexion|authentification) (?:requise|nécessaire)|(?:anmeldung|login) (?:erforderlich|nötig|notwendig)|inicio de sesión (?:requerido|necesario)|login (?:necessário|obrigatório|richiesto|vereist)|accesso richiesto|wymagane logowanie|требуется (?:вход|авторизация)|необходима авторизация|需要登录|需要登入|请先登录|請先登入|ログインが必要です|로그인이? ?필요(?:합니다)?|необхідно увійти(?: до системи)?|(?:es )?necesario iniciar sesión|anmelden erforderlich|autenticação necessária|inloggning krävs|innlogging kreves|kirjautuminen vaaditaan|giriş (?:yapmanız )?gerekli|cần đăng nhập|vyžadováno přihlášení|bejelentkezés szükséges|aanmelden vereist)\W{0,2}(?:$| ?[-|–—·:] )/i

/** Whoever must log in to comment may read. */
export const COMMENTING: RegExp =
  /comment|kommentar|kommenter|kommentoi|comentar|coment[áa]rio|koment|commento|reactie|reageren|коммент|комент|评论|評論|回帖|回复|发帖|發表|留言|コメント|댓글|yorum|bình luận|تعليق|نظر|टिप्पणी|σχόλι/i

/** What a 401 says is missing. */
export const ABOUT_CREDENTIALS: RegExp =
  /\b(?:credentials|log(?:ged)?[ -]?in|sign(?:ed)?[ -]?in|(?:un)?authenticat(?:ion|ed)|authori[sz]ation (?:(?:is )?required|header|token)|access token|bearer|api[- ]?key|bad password)\b/i

/** Titles of refusals for want of a login; a line of a few words under another title may be about something else. */
export const REFUSED_WITHOUT_LOGIN_TITLE: RegExp =
  /^$|\b(?:log|sign)[- ]?(?:in|on)\b|\bauth|\berror\b|\bwarning\b|\b40[13]\b|\bdenied\b/i
