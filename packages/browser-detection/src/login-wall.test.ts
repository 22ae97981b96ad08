import { expect, test } from 'vitest'
import { detectBlock, inspectPage, type PageSnapshot } from './index.ts'

const form = '<title>Log in</title><form action="/do"><input name="user"><input type="password" name="password"></form>'
const moved = (requestedUrl: string, finalUrl: string, html = form): PageSnapshot => ({ html, requestedUrl, finalUrl })

test.for([
  ['https://shop.example/orders', 'https://shop.example/login'],
  ['https://shop.example/orders', 'https://shop.example/Account/Login.aspx?ReturnUrl=%2Forders'],
  ['https://shop.example/orders', 'https://shop.example/users/sign_in'],
  ['https://shop.example/', 'https://shop.example/wp-login.php?redirect_to=%2F'],
  ['https://shop.example/orders', 'https://shop.example/login;jsessionid=1'],
  ['https://shop.example/orders', 'https://shop.example/#/login'],
  ['https://www.shop.co.uk/orders', 'https://m.shop.co.uk/signin'],
  ['https://assets.shop.example/x', 'https://git.shop.example/users/sign_in'],
  [
    'https://app.shop.example/orders',
    'https://auth.shop.example/u/start?redirect_uri=https%3A%2F%2Fapp.shop.example%2Forders',
  ],
  ['https://shop.example/orders', 'https://shop.example/sso/start?RelayState=%2Forders'],
  ['https://shop.example/orders', 'https://shop.example/start?next=/orders'],
  ['https://shop.example/orders', 'https://shop.example/index.php?action=login'],
  ['https://shop.example/orders', 'https://shop.example/module.php/core/loginuserpass.php'],
  ['http://127.0.0.1:8080/orders', 'http://127.0.0.1:8080/login'],
  ['http://localhost/orders', 'http://localhost/login'],
  ['https://shop.example/orders', 'https://shop.example/%D0%B2%D1%85%D0%BE%D0%B4'],
  ['https://shop.example/orders', 'https://shop.example/oturum-ac?donus=%2Forders'],
  ['https://mail.shop.example/inbox', 'https://passport.shop.example/auth?retpath=%2Finbox'],
] as const)('an unexpected redirect from %s to %s is a login wall', ([requested, final]) => {
  expect(detectBlock(moved(requested, final))?.reason).toEqual({ type: 'login-wall' })
})

test.for([
  ['the login was asked for', 'https://shop.example/login', 'https://shop.example/login?step=2'],
  ['a logout was asked for', 'https://shop.example/logout', 'https://shop.example/login'],
  ['a registration was asked for', 'https://shop.example/signup', 'https://shop.example/login'],
  ['nothing moved but a slash', 'https://shop.example/login', 'https://shop.example/login/'],
  ['the path only begins like a login', 'https://shop.example/blog', 'https://shop.example/blog/login-tips'],
  ['the word is inside another', 'https://shop.example/a', 'https://shop.example/authors/12'],
  ['the form is on the home page', 'https://shop.example/', 'https://shop.example/home'],
  ['the login was asked for by host', 'https://login.shop.example/', 'https://login.shop.example/login'],
  ['another tenant of a shared domain answers', 'https://one.github.io/', 'https://two.github.io/login'],
  ['an address cannot be read', 'nonsense', 'https://shop.example/login'],
] as const)('no login wall where %s', ([, requested, final]) => {
  expect(detectBlock(moved(requested, final))).toBeUndefined()
})

test('a word that only may mean login needs a form or a return address', () => {
  expect(
    detectBlock(moved('https://shop.example/a', 'https://shop.example/account', '<p>Your account')),
  ).toBeUndefined()
  expect(detectBlock(moved('https://shop.example/a', 'https://shop.example/account'))?.reason.type).toBe('login-wall')
})

test('is surer with a form and a return address than without', () => {
  const bare = detectBlock(moved('https://shop.example/a', 'https://shop.example/login', '<div id="root">'))
  const full = detectBlock(moved('https://shop.example/a', 'https://shop.example/login?next=%2Fa'))
  expect(bare?.confidence).toBeLessThan(full?.confidence ?? 0)
})

test.for([
  ['https://shop.example/admin/auth/user/', 'https://shop.example/admin/login/?next=/admin/auth/user/'],
  ['https://shop.example/oauth/applications', 'https://shop.example/login?next=%2Foauth%2Fapplications'],
  ['https://shop.example/berichte/7', 'https://shop.example/tuer?zurueckzu=%2Fberichte%2F7'],
  ['https://shop.example/reports/7', 'https://shop.example/x?y=https%3A%2F%2Fshop.example%2Freports%2F7'],
] as const)('a login that promises to lead back to %s is a login wall', ([requestedUrl, finalUrl]) => {
  expect(detectBlock(moved(requestedUrl, finalUrl, form))?.reason).toEqual({ type: 'login-wall' })
})

test('a password and a way back, under whatever address and value, are a login', () => {
  const asked = 'https://shop.example/wiki?title=Special:Watchlist'
  const door = 'https://shop.example/wiki?title=Special:Door&returnto=Watchlist'
  expect(detectBlock(moved(asked, door))?.reason).toEqual({ type: 'login-wall' })
  expect(detectBlock(moved(asked, door, '<p>Welcome'))).toBeUndefined()
  const registration = `${form}<input name="first"><input name="last"><input name="street">`
  expect(detectBlock(moved(asked, door, registration))).toBeUndefined()
  expect(detectBlock(moved(`${asked}&returnto=Main`, door))).toBeUndefined()
  expect(detectBlock(moved('https://shop.example/', 'https://shop.example/index?r=site/login'))?.reason).toEqual({
    type: 'login-wall',
  })
})

test.for([
  ['https://shop.example/oauth/authorize', 'https://shop.example/login?next=%2Foauth%2Fauthorize'],
  ['https://shop.example/admin/auth/user/', 'https://shop.example/admin/login/'],
  ['https://shop.example/old/page', 'https://shop.example/find?q=%2Fold%2Fpage'],
] as const)('a login after %s may be meant, and what is no login is no wall', ([requestedUrl, finalUrl]) => {
  const html = finalUrl.includes('login') ? form : '<p>Found</p>'
  expect(detectBlock(moved(requestedUrl, finalUrl, html))).toBeUndefined()
})

test.for([
  ['https://shop.example/index.php', 'https://shop.example/index.php?route=account/login'],
  ['https://shop.example/orders', 'https://shop.example/ucp.php?mode=login&sid=0f'],
  ['https://mail.example/inbox.nsf', 'https://mail.example/names.nsf?Login'],
  ['https://vpn.example/', 'https://vpn.example/my.policy'],
  ['https://shop.example/orders', 'https://shop.example/siteminderagent/forms/x.fcc'],
] as const)('a redirect from %s to %s is a login wall by its address', ([requestedUrl, finalUrl]) => {
  expect(detectBlock(moved(requestedUrl, finalUrl, '<p>x'))?.reason).toEqual({ type: 'login-wall' })
  expect(detectBlock(moved(finalUrl, finalUrl, form))).toBeUndefined()
})

test.for([
  ['https://shop.example/', 'https://shop.example/search?q=login'],
  ['https://shop.example/index.php?route=account/login', 'https://shop.example/index.php?route=account/login&error=1'],
  ['https://shop.example/', 'https://shop.example/docs#login'],
] as const)('a redirect from %s to %s is none', ([requestedUrl, finalUrl]) => {
  expect(detectBlock(moved(requestedUrl, finalUrl, '<p>x'))).toBeUndefined()
})

test('finds the return address in a hidden field', () => {
  const html = '<form><input type="hidden" name="next" value="/orders"><input type="password"></form>'
  const detection = detectBlock(moved('https://shop.example/orders', 'https://shop.example/welcome', html))
  expect(detection?.signals).toContain('a parameter names the requested page to return to')
})

test.for([
  ['an identity provider', 'https://login.microsoftonline.com/common/oauth2/authorize?client_id=1'],
  ['the login of another domain', 'https://id.company.example/login?service=https%3A%2F%2Fshop.test%2Forders'],
] as const)('a redirect to %s is an advisory, or a login wall where the caller says so', ([, finalUrl]) => {
  const snapshot = moved('https://shop.test/orders', finalUrl)
  expect(inspectPage(snapshot)).toMatchObject({
    advisories: ['redirected to the login of another site (single sign-on)'],
  })
  expect(detectBlock(snapshot)).toBeUndefined()
  expect(detectBlock(snapshot, { singleSignOn: 'block' })?.reason).toEqual({ type: 'login-wall' })
})

test('a 401 that names a way to authenticate is a login wall', () => {
  const snapshot: PageSnapshot = { html: 'no', status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } }
  expect(detectBlock(snapshot)?.reason).toEqual({ type: 'login-wall' })
})

test('a 401 without the header is a login wall where it speaks of credentials', () => {
  const said = '<h1>Unauthorized</h1><p>You either supplied the wrong credentials, or none.</p>'
  expect(detectBlock({ html: said, status: 401 })?.reason).toEqual({ type: 'login-wall' })
  expect(detectBlock({ html: said, status: 200 })).toBeUndefined()
  expect(detectBlock({ html: '<p>Open this book from your course.</p>', status: 401 })).toBeUndefined()
})

test.for([
  ['a form with a password', '<h1>Permission Denied</h1><form><input name="u"><input type="password" name="p"></form>'],
  ['a button of oauth2-proxy', '<form action="/oauth2/start"><button>Sign in with GitHub</button></form>'],
] as const)('a 403 that shows nothing but %s is a login wall', ([, html]) => {
  expect(detectBlock({ html, status: 403 })?.reason).toEqual({ type: 'login-wall' })
  expect(detectBlock({ html, status: 200 })).toBeUndefined()
})

test('an app that names its pages in the query is moved to its login there', () => {
  const html = '<form><input name="_user"><input name="_pass" type="password"></form>'
  const from = 'https://mail.example/?_task=mail'
  expect(detectBlock({ html, requestedUrl: from, finalUrl: 'https://mail.example/?_task=login' })?.reason).toEqual({
    type: 'login-wall',
  })
  expect(detectBlock({ html, requestedUrl: from, finalUrl: 'https://mail.example/?_task=mail' })).toBeUndefined()
  expect(
    detectBlock({
      html,
      requestedUrl: 'https://mail.example/?_task=login',
      finalUrl: 'https://mail.example/?_task=login&_err=1',
    }),
  ).toBeUndefined()
})

test('a login that says it is needed is a login wall, unless the login was asked for', () => {
  const html = `<p>You must be logged in to view this page.</p>${form}`
  expect(detectBlock({ html, status: 200 })?.reason).toEqual({ type: 'login-wall' })
  expect(detectBlock({ html, status: 200, requestedUrl: 'https://shop.example/login' })).toBeUndefined()
  expect(detectBlock({ html: `<p>Please log in to continue.</p>${form}`, status: 200 })).toBeUndefined()
  expect(detectBlock({ html: `<p>You must be logged in to post.</p>${form}`, status: 200 })).toBeUndefined()
})

test.for([
  ['Sie müssen sich anmelden, um diese Seite zu sehen.'],
  ['Для просмотра этой страницы необходимо авторизоваться.'],
  ['このページを閲覧するにはログインが必要です。'],
  ['You must be logged in to view this page.'],
])('a page that says "%s" over a login is a login wall, whatever its address', ([words]) => {
  const html = `<p>${words}</p>${form}`
  expect(detectBlock({ html })?.reason).toEqual({ type: 'login-wall' })
  expect(detectBlock({ html, requestedUrl: 'https://shop.example/login' })).toBeUndefined()
  expect(detectBlock({ html: `<article><p>${words}</p></article>${form}` })).toBeUndefined()
})

test.for([
  ['You need to be logged in to use this part of the portal.'],
  ['Action you want to perform requires login! Please log in and try again.'],
  ['This page requires you to be logged in.'],
  ['You are not logged in. Please log in.'],
  ['This page is only available to registered users.'],
])('a page under the title "Login required" that says "%s" is a login wall, though nothing leads to one', ([words]) => {
  const html = `<title>Login required</title><article><p>${words}</p><a href="#">Go</a></article>`
  expect(detectBlock({ html })?.reason).toEqual({ type: 'login-wall' })
  expect(detectBlock({ html: `<title>Club</title><p>${words}</p>` })).toBeUndefined()
  expect(
    detectBlock({ html: `<title>Club</title><p>${words} <a href="#" class="login">Here</a></p>` })?.reason,
  ).toEqual({
    type: 'login-wall',
  })
})

test('a page that says nothing but that one must log in is a login wall, wherever its link leads', () => {
  const html = '<p>Vous devez vous connecter pour accéder à cette page.</p><a href="door.php">Se connecter</a>'
  expect(detectBlock({ html })?.signals).toContain('the page says nothing else')
  expect(detectBlock({ html: `${html}<p>${'Ash and steel turn heavy soil. '.repeat(8)}</p>` })).toBeUndefined()
  expect(detectBlock({ html, requestedUrl: 'https://shop.example/login' })).toBeUndefined()
})

test('a box that a script opens over an empty page may say that one must log in', () => {
  const html = '<script>alert("로그인 후 이용해 주십시오."); location.replace("/bbs/login.php")</script>'
  expect(detectBlock({ html })?.reason).toEqual({ type: 'login-wall' })
})

test.for([
  ['Bitte melden Sie sich an.'],
  ['Please sign in to access your account.'],
  ['Войдите, чтобы продолжить'],
  ['Du musst angemeldet sein, um einen Kommentar abzugeben.'],
  ['댓글을 쓰려면 로그인이 필요합니다.'],
])('a login that says "%s" may have been asked for, or guards no more than a comment', ([words]) => {
  expect(detectBlock({ html: `<p>${words}</p>${form}` })).toBeUndefined()
})
