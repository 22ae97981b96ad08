/**
 * Path segments, without extension, that are login pages in every framework known: Rails (Devise), Django, WordPress,
 * ASP.NET, Spring, Laravel, Keycloak, Exchange, Citrix. `login-help` and `login-tips` are none.
 */
export const LOGIN_SEGMENT: RegExp =
  /^(?:(?:account|admin|app|auth|cas|client|customer|default|do|main|member|my|partner|portal|saml|secure|site|sso|staff|user|web|wp)[-_.]?)?(?:log|sign)[-_]?(?:in|on)(?:[-_]?(?:form|index|page|portal|required|screen|user|view))?\d?$/

/** The same in other languages. */
export const LOGIN_SEGMENTS: ReadonlySet<string> = new Set([
  'acceder',
  'accedi',
  'anmelden',
  'anmeldung',
  'autentificare',
  'authwall',
  'bejelentkezes',
  'connexion',
  'dang-nhap',
  'einloggen',
  'entrar',
  'giris',
  'giris-yap',
  'identification',
  'ingresar',
  'iniciar-sesion',
  'inloggen',
  'inlogning',
  'kirjaudu',
  'logg-inn',
  'logga-in',
  'logowanie',
  'prihlaseni',
  'prihlasenie',
  'prijava',
  'se-connecter',
  'uye-girisi',
  'zaloguj',
])

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
  'oauth',
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

/** Names of parameters and hidden fields that carry the address to return to. */
export const RETURN_PARAMETER: RegExp =
  /^(?:back|backurl|back_url|callbackurl|continue|dest|destination|forward|from|goto|next|next_url|nextpage|origin|original_?url|os_destination|path|r|rd|redir|redirect|redirect_?back|redirect_?to|redirect_?ur[il]|redirectpath|referer|referrer|relaystate|request_?uri|resource|ret|retpath|returl|retorno|retour|return|return_?path|return_?to|return_?ur[il]|returnpage|service|spring-security-redirect|success_?url|target|target_?url|then|to|u|ur[il]|user_return_to|volver|voltar|wctx|zurueck)$/i
