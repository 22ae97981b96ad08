import type { BlockReason } from '@agentic/worker-outcome'
import { expect, test } from 'vitest'
import { detectBlock, inspectPage, type PageSnapshot } from '../index.ts'
import { captcha, fraudDetect, type Marker, rateLimit } from '../marker.ts'
import { matches } from '../match.ts'
import { readSnapshot } from '../reading.ts'
import { genericDefences, namedDefences } from './index.ts'

/** One row a mark: a page of our own making that carries this mark, and as little else as can be. */
type Row = readonly [mark: string, page: Partial<PageSnapshot>, reason?: BlockReason]

const page = (title: string, body = ''): Partial<PageSnapshot> => ({
  html: `<html><head><title>${title}</title></head><body>${body}</body></html>`,
})
const body = (html: string): Partial<PageSnapshot> => page('', html)
const headers = (values: Record<string, string>, status?: number): Partial<PageSnapshot> => ({
  headers: values,
  status,
})
const at = (finalUrl: string): Partial<PageSnapshot> => ({ finalUrl })
const cookie = (...cookieNames: string[]): Partial<PageSnapshot> => ({ cookieNames })
const loads = (src: string): Partial<PageSnapshot> => body(`<script src="${src}"></script>`)
const runs = (code: string): Partial<PageSnapshot> => body(`<script>${code}</script>`)
const posts = (action: string): Partial<PageSnapshot> =>
  body(`<form action="${action}"><input type="hidden" name="k"></form>`)
const login: BlockReason = { type: 'login-wall' }
const unknownFirewall = fraudDetect('unknown')

const rows: readonly Row[] = [
  ['akamai/challenge-captcha', { html: '{"sec-cp-challenge": "true","provider":"recaptcha"}' }, captcha('akamai')],
  ['akamai/challenge', { html: '{"sec-cp-challenge":"true","provider":"crypto"}' }],
  ['akamai/interstitial', body('<div id="sec-if-cpt-container"></div>')],
  ['akamai/challenge-validation', page('Challenge Validation')],
  ['akamai/verify-script', page('', '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQ\'">')],
  ['akamai/reference-18', page('Access Denied', 'Reference&#32;&#35;18&#46;5e021202&#46;1612345678&#46;1a2b3c4d')],
  ['akamai/no-permission', page('', 'You don\'t have permission to access "http://x/" on this server. Reference #1')],
  ['akamai/access-denied', { ...page('Access Denied'), headers: { Server: 'AkamaiGHost' } }],
  ['akamai/error-link', body('https://errors.edgesuite.net/18.abc')],
  ['akamai/precondition', headers({ server: 'AkamaiNetStorage' }, 428)],
  [
    'akamai/other-reference',
    page('Invalid URL', 'The requested URL is invalid. Reference&#32;&#35;9&#46;5e021202&#46;1612345678&#46;1a2b3c4d'),
  ],
  ['akamai/fronted', cookie('_abck')],
  ['alibaba/punish', at('https://shop.example/_____tmd_____/punish?x5secdata=abc'), captcha('alibaba')],
  [
    'alibaba/threats',
    body("Sorry, your request has been blocked as it may cause potential threats to the server's security."),
  ],
  ['alibaba/slider', body('<script src="//g.alicdn.com/AWSC/AWSC/awsc.js"></script>Please slide to verify')],
  ['amazon/captcha-form', posts('/errors/validateCaptcha'), captcha('amazon')],
  ['amazon/not-a-robot', body("Sorry, we just need to make sure you're not a robot."), captcha('amazon')],
  ['amazon/captcha-image', body('<img src="https://images.example/captcha/abc/Captcha_xyz.jpg">'), captcha('amazon')],
  ['anubis/challenge-data', body('<script id="anubis_challenge" type="application/json">{}</script>')],
  ['anubis/assets', loads('/.within.website/x/cmd/anubis/static/js/main.mjs')],
  ['anubis/title', page('Making sure you&#39;re not a bot!')],
  ['aws-waf/captcha-header', headers({ 'X-Amzn-Waf-Action': 'captcha' }, 405), captcha('aws-waf')],
  ['aws-waf/challenge-header', headers({ 'x-amzn-waf-action': 'challenge' }, 202)],
  [
    'aws-waf/captcha-page',
    body('<script>window.gokuProps = {}</script><script src="https://a.b.token.awswaf.com/a/b/captcha.js"></script>'),
    captcha('aws-waf'),
  ],
  ['aws-waf/challenge-page', runs('window.gokuProps = {"key":"k"}')],
  ['aws-waf/cookie-domains', runs('window.awsWafCookieDomainList = []')],
  ['aws-waf/integration', cookie('aws-waf-token')],
  ['azure-waf/gateway-refusal', page('403 Forbidden', '<h1>403 Forbidden</h1>Microsoft-Azure-Application-Gateway/v2')],
  ['azure-waf/front-door', { ...body('The request is blocked.'), headers: { 'x-azure-ref': 'abc' } }],
  ['azure-waf/front-door-text', body('The request is blocked.')],
  ['cachewall/action-header', headers({ 'x-cachewall-action': 'challenge' }, 403)],
  ['cachewall/title', page('Security Challenge')],
  ['cachewall/reason-header', headers({ 'x-cachewall-reason': 'Access Denied by Cachewall' })],
  ['cleantalk/spam-firewall', body('SpamFireWall is activated for your IP 192.0.2.1')],
  ['cleantalk/anti-crawler', body('Anti-Crawler Protection is checking your browser')],
  [
    'cloudflare/error-1015',
    page('Access denied', '<div id="cf-error-details"><h1>Error <span class="cf-error-code">1015</span></h1></div>'),
    rateLimit,
  ],
  ['cloudflare/being-rate-limited', body('<div id="cf-error-details">You are being rate limited</div>'), rateLimit],
  ['cloudflare/mitigated', headers({ 'CF-Mitigated': 'challenge' })],
  ['cloudflare/challenge-bypass', headers({ 'cf-chl-bypass': '1' })],
  ['cloudflare/challenge-options', runs('(function(){window._cf_chl_opt={cvId:"3"}})()')],
  ['cloudflare/orchestrate', loads('/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1')],
  ['cloudflare/challenge-token', posts('/?__cf_chl_f_tk=abc')],
  ['cloudflare/under-attack-form', posts('/cdn-cgi/l/chk_jschl?s=1')],
  ['cloudflare/under-attack', body('<div class="box cf-im-under-attack"></div>')],
  ['cloudflare/browser-verification', body('<div class="cf-browser-verification"></div>')],
  ['cloudflare/challenge-box', body('<noscript><span id="challenge-error-text">x</span></noscript>')],
  ['cloudflare/challenge-form', body('<form id="challenge-form"></form>')],
  [
    'cloudflare/turnstile-interstitial',
    body('<div id="turnstile-wrapper"><iframe src="https://challenges.cloudflare.com/cdn-cgi/x"></iframe></div>'),
  ],
  ['cloudflare/attention-required', page('Attention Required! | Cloudflare')],
  ['cloudflare/restricted-access', page('Access denied | shop.example used Cloudflare to restrict access')],
  ['cloudflare/refusing-code', { html: 'error code: 1020' }],
  ['cloudflare/custom-refusing-code', body('Error reference number: 1020')],
  [
    'cloudflare/protects-itself',
    body('This website is using a security service to protect itself from online attacks.'),
  ],
  ['cloudflare/please-wait', page('Please Wait... | Cloudflare')],
  ['cloudflare/one-more-step', body('<h1>One more step</h1><h2>Please complete the security check to access</h2>')],
  ['cloudflare/blocked-heading', body('<h1>Sorry, you have been blocked</h1><p>Ray ID: 8f</p>')],
  ['cloudflare/checking-browser', body('Checking your browser before accessing shop.example')],
  [
    'cloudflare/site-connection',
    body('shop.example needs to review the security of your connection before proceeding'),
  ],
  ['cloudflare/just-a-moment', page('Just a moment...')],
  ['cloudflare/ray-id', body('Ray ID: 0123456789abcdef')],
  ['cloudflare/enable-scripts', body('<noscript>Enable JavaScript and cookies to continue</noscript>')],
  [
    'cloudflare/origin-error',
    page(
      'shop.example | 522: Connection timed out',
      '<div id="cf-error-details">Error code 522 Ray ID: 0123456789abcdef</div>',
    ),
  ],
  ['cloudflare/fronted', headers({ server: 'cloudflare', 'cf-ray': '1-AMS' })],
  ['cloudflare/beacon', loads('/cdn-cgi/challenge-platform/scripts/jsd/main.js')],
  [
    'cloudfront/request-blocked',
    page('ERROR', "The request could not be satisfied. Request blocked. We can't connect to the server for this app."),
  ],
  [
    'cloudfront/country',
    body(
      'The request could not be satisfied. The Amazon CloudFront distribution is configured to block access from your country.',
    ),
  ],
  [
    'cloudfront/other-error',
    page('ERROR', 'The request could not be satisfied. Bad request. Request ID: abcdefghijkl'),
  ],
  ['cloudfront/fronted', headers({ via: '1.1 abc.cloudfront.net (CloudFront)' })],
  ['datadome/challenge-host', body('<iframe src="https://geo.captcha-delivery.com/captcha/?cid=1"></iframe>')],
  ['datadome/challenge-data', runs("var dd={'rt':'c','cid':'1'}")],
  ['datadome/blocked-header', headers({ 'x-dd-b': '1' })],
  ['datadome/enable-scripts', body('<p>Please enable JS and disable any ad blocker</p>')],
  ['datadome/json', { html: '{"url":"https://geo.captcha-delivery.com/captcha/?a=b"}' }],
  ['datadome/fronted', cookie('datadome')],
  ['ddos-guard/title', page('DDOS-GUARD')],
  ['ddos-guard/challenge-path', loads('/.well-known/ddos-guard/js-challenge/index.js')],
  ['ddos-guard/server', headers({ server: 'ddos-guard' })],
  ['ddos-guard/fronted', cookie('__ddg1_')],
  ['f5/rejected', body('The requested URL was rejected. Please consult with your administrator.')],
  ['f5/support-id', page('Request Rejected', 'Your support ID is: 123456789012345')],
  ['f5/go-back', page('Request Rejected', '<a href="javascript:history.back();">[Go Back]</a>')],
  ['f5/support-number', page('Ditolak', 'support ID anda: 18299292576537701275')],
  ['f5/watched', cookie('BIGipServerpool_web')],
  ['fastly/not-acceptable', headers({ 'x-sigsci-requestid': '1' }, 406)],
  ['fastly/not-acceptable-page', { ...page('406 Not Acceptable'), status: 406 }],
  [
    'fastly/unknown-domain',
    page('Fastly error: unknown domain shop.example', 'Fastly error: unknown domain: shop.example.'),
  ],
  ['fortinet/attack-id', body('<h2>Web Page Blocked!</h2>Attack ID: 20000051')],
  ['fortinet/fortiguard', page('FortiGuard Intrusion Prevention - Access Blocked')],
  [
    'go-away/assets',
    page('', '<link rel="stylesheet" href="/.well-known/.git.x/git/go-away/cmd/go-away/assets/style.css">'),
  ],
  ['go-away/title', page('Checking you are not a bot')],
  ['google/captcha-form', body('<form id="captcha-form" action="index"></form>'), captcha('recaptcha')],
  [
    'google/terms-link',
    body('<div id="infoDiv0"><a href="//www.google.com/policies/terms/">Terms</a></div>'),
    captcha('recaptcha'),
  ],
  ['google/sorry-address', at('https://www.google.co.uk/sorry/index?continue=https://x')],
  ['google/automated-queries', body('... but your computer or network may be sending automated queries.')],
  ['google/unusual-traffic', body('Our systems have detected unusual traffic from your computer network.')],
  ['google/sorry-title', page('Sorry...')],
  ['google/consent', at('https://consent.google.com/m?continue=x')],
  ['haproxy/administrative-rules', body('<h1>403 Forbidden</h1>Request forbidden by administrative rules.')],
  ['haproxy/forbidden', body('Notice: request forbidden by administrative rules of this site')],
  ['imperva/resource-frame', body('<iframe src="/_Incapsula_Resource?CWUDNSAI=1"></iframe>')],
  ['imperva/incident', body('Request unsuccessful. Incapsula incident ID: 1-2')],
  ['imperva/challenge-script', loads('/_Incapsula_Resource?SWJIYLWA=1,2')],
  ['imperva/error-code', body('Error code 16 This request was stopped. Powered by Imperva')],
  ['imperva/fronted', headers({ 'x-iinfo': '1-2-3' })],
  ['imperva/sensor', page('Shop', '<script src="/_Incapsula_Resource?SWJIYLWA=1"></script>Welcome to the shop')],
  ['imperva-distil/captcha-form', body('<form id="distilCaptchaForm"></form>')],
  ['imperva-distil/pardon', page('Pardon Our Interruption...')],
  ['imperva-distil/pardon-heading', body('something about your browser made us think you were a bot')],
  ['imunify360/protected', body('shop.example is protected by Imunify360')],
  ['imunify360/unusual-activity', body('We have noticed an unusual activity from your IP')],
  ['imunify360/splash', runs('var wsidchk = 1')],
  ['imunify360/one-moment', page('One moment, please...')],
  ['imunify360/bot-protection', body('Please wait while your request is being verified...')],
  ['imunify360/denied', body('{"message":"Access denied by Imunify360 bot-protection."}')],
  ['kasada/challenge-page', runs('window.KPSDK={};KPSDK.now=Date.now')],
  ['kasada/challenge-header', headers({ 'x-kpsdk-ct': '1' }, 429)],
  ['kasada/watched', headers({ 'x-kpsdk-ct': '1' })],
  ['linkedin/auth-wall', at('https://www.linkedin.com/authwall?trk=x'), login],
  ['linkedin/status-999', { ...at('https://www.linkedin.com/in/x/'), status: 999 }],
  ['linkedin/checkpoint', at('https://www.linkedin.com/checkpoint/challenge/x')],
  ['linkedin/redirect-script', runs('location.href="https://www.linkedin.com/authwall?trk=x"')],
  ['litespeed/form', body('<form id="lsrecaptcha-form"></form>'), captcha('recaptcha')],
  ['litespeed/title', page('Bot Verification'), captcha('recaptcha')],
  ['litespeed/render', body('<div id="recaptchadiv"></div>'), captcha('recaptcha')],
  ['modsecurity/generated', body('This error was generated by Mod_Security.')],
  [
    'modsecurity/not-acceptable',
    page('Not Acceptable!', 'An appropriate representation of the requested resource could not be found'),
  ],
  ['modsecurity/action', body('denied by mod_security')],
  ['perimeterx/captcha-box', body('<div id="px-captcha"></div>')],
  ['perimeterx/captcha-script', loads('https://captcha.px-cdn.net/PX1/captcha.js')],
  ['perimeterx/denied', page('Access to this page has been denied.')],
  ['perimeterx/automation-tools', body('because we believe you are using automation tools to browse the website')],
  ['perimeterx/press-and-hold', body('Press &amp; Hold to confirm you are a human')],
  ['perimeterx/app-id', runs("window._pxAppId='PX1';window._pxVid=''")],
  ['perimeterx/watched', cookie('_px3')],
  ['radware/validation-address', at('https://validate.perfdrive.com/?ssa=1')],
  ['radware/captcha-title', page('ShieldSquare Captcha')],
  ['radware/think-bot', body('your activity and behavior on this site made us think that you are a bot')],
  ['radware/captcha-form', posts('https://validate.perfdrive.com/captcha')],
  ['radware/watched', loads('https://cdn.perfdrive.com/aperture/aperture.js')],
  ['reblaze/session-terminated', body('Access denied (403) Current session has been terminated.')],
  ['reblaze/session-only', body('Current session has been terminated.')],
  ['reblaze/watched', cookie('rbzid')],
  ['reddit/network-security', body("You've been blocked by network security.")],
  ['reddit/whoa-there', body('whoa there, pardner!')],
  ['reddit/blocked-title', page('Blocked')],
  ['redshield/support', body('Invalid Request: Support ID 9444410544491160312, mail support@red-shield.example')],
  ['shopify/large-amounts', body('a device from your location is sending large amounts of web requests'), rateLimit],
  ['siteground/captcha-path', page('', '<meta http-equiv="refresh" content="0;url=/.well-known/sgcaptcha/?r=%2F">')],
  ['siteground/robot-challenge', body('Robot Challenge Screen')],
  [
    'stackpath/security-service',
    body('This website is using a security service for protection against online attacks.'),
  ],
  ['stackpath/site-verification', page('Site verification', 'Validating your browser')],
  ['sucuri/block-header', headers({ 'x-sucuri-block': 'EVA079' })],
  ['sucuri/denied', page('GoDaddy Security - Access Denied')],
  ['sucuri/script-challenge', runs("var s={},sucuri_cloudproxy_js='',S='abc'")],
  ['sucuri/denied-text', body('Access Denied - Sucuri Website Firewall')],
  ['sucuri/origin-error', page('Sucuri WebSite Firewall', 'Unable to Connect to the Origin Server')],
  ['sucuri/fronted', headers({ 'x-sucuri-id': '12013' })],
  ['vercel/mitigated', headers({ 'x-vercel-mitigated': 'challenge' }, 429)],
  ['vercel/checkpoint', { ...page('Vercel Security Checkpoint'), status: 429 }],
  ['vercel/checkpoint-text', body("We're verifying your browser")],
  ['vimeo/verify', body('We detected a high number of errors from your connection.')],
  ['weibo/visitor-system', page('Sina Visitor System')],
  ['weibo/visitor-address', at('https://passport.weibo.com/visitor/visitor?entry=x')],
  [
    'wordfence/rate-limited',
    body('Reason: Exceeded the maximum number of requests per minute. Generated by Wordfence at Mon'),
    rateLimit,
  ],
  [
    'wordfence/limited',
    body('Your access to this site has been limited by the site owner. Generated by Wordfence at Mon'),
  ],
  [
    'wordfence/unsafe-operation',
    body('A potentially unsafe operation has been detected in your request to this site. Wordfence'),
  ],
  ['wordfence/limited-title', page('Your access to this site has been limited')],
  ['yandex/address', at('https://yandex.com.tr/showcaptcha?retpath=x'), captcha('yandex')],
  ['yandex/form', posts('/checkcaptcha?key=1'), captcha('yandex')],
  ['generic-rate-limit/too-many-title', page('429 Too Many Requests'), rateLimit],
  ['generic-rate-limit/limit-exceeded', body('You have exceeded a secondary rate limit.'), rateLimit],
  ['generic-rate-limit/too-many', body('Sorry: too many requests'), rateLimit],
  ['generic-rate-limit/limit', body('API rate limit exceeded'), rateLimit],
  [
    'generic-firewall/blocked-for-security',
    body('Your request has been blocked for security purposes.'),
    unknownFirewall,
  ],
  [
    'generic-firewall/firewall-blocked',
    body('Web firewall security policies that are contrary to the request / response has been blocked.'),
    unknownFirewall,
  ],
  ['generic-firewall/rejected', body('The requested URL was rejected.'), unknownFirewall],
  ['generic-firewall/reference', body('Incident ID: 1234567890-ab'), { type: 'unknown' }],
  ['generic-firewall/denied', page('Access Denied'), { type: 'unknown' }],
  ['generic-firewall/you-are-blocked', body('Your IP has been temporarily blocked.'), unknownFirewall],
  ['generic-firewall/suspicious', body('We saw suspicious activity.'), unknownFirewall],
  ['generic-firewall/not-a-robot', body("Please confirm you're not a robot."), unknownFirewall],
  ['generic-firewall/checking-browser', page('Checking your browser'), unknownFirewall],
]

const markers = new Map<string, { readonly marker: Marker; readonly reason: BlockReason }>(
  [...namedDefences, ...genericDefences].flatMap((defence) =>
    defence.markers.map((marker) => [
      `${defence.name}/${marker.id}`,
      { marker, reason: marker.reason ?? defence.reason },
    ]),
  ),
)

const rowsOf = (...strengths: readonly Marker['strength'][]): readonly Row[] =>
  rows.filter(([mark]) => strengths.includes(markerOf(mark).strength))

test('every mark has a row in the table', () => {
  expect(rows.map(([mark]) => mark).toSorted()).toEqual([...markers.keys()].toSorted())
})

test.for(rows)('sees %s on its own page and on no empty one', ([mark, partial]) => {
  expect(matches(markerOf(mark).look, readSnapshot(snapshotOf(partial), 524_288))).toBe(true)
  expect(matches(markerOf(mark).look, readSnapshot({ html: '<title>Shop</title><p>Welcome' }, 524_288))).toBe(false)
})

test.for(rowsOf('proof', 'wall'))('%s alone is a block', ([mark, partial, reason]) => {
  const detection = detectBlock(snapshotOf(partial))
  expect(detection?.reason).toEqual(reason ?? markers.get(mark)?.reason)
  expect(detection?.signals).toContain(markerOf(mark).says)
})

test.for(rowsOf('hint').filter(([, { status }]) => status === undefined))(
  '%s is a block only when the status refuses too',
  ([mark, partial, reason]) => {
    expect(detectBlock(snapshotOf(partial))).toBeUndefined()
    expect(detectBlock({ ...snapshotOf(partial), status: 403 })?.reason).toEqual(reason ?? markers.get(mark)?.reason)
  },
)

test.for(rowsOf('counter'))('%s is an error and no block, whatever the status', ([mark, partial]) => {
  expect(detectBlock(snapshotOf(partial))).toBeUndefined()
  expect(detectBlock({ ...snapshotOf(partial), status: 403 })).toBeUndefined()
  expect(inspectPage(snapshotOf(partial)).counterSignals).toContain(markerOf(mark).says)
})

test.for(rowsOf('presence'))('%s is an advisory and no block', ([mark, partial]) => {
  expect(detectBlock(snapshotOf(partial))).toBeUndefined()
  expect(inspectPage(snapshotOf(partial)).advisories).toContain(markerOf(mark).says)
})

test.for(rowsOf('wall', 'hint').filter(([, { status }]) => status === undefined))(
  '%s on a page full of content is no block',
  ([, partial]) => {
    const content = '<article><p>Ash and steel turn heavy soil.</p><a href="/tools">Tools</a></article>'.repeat(150)
    expect(
      detectBlock({ ...snapshotOf(partial), html: `${partial.html ?? ''}${content}`, status: 200 }),
    ).toBeUndefined()
  },
)

function markerOf(mark: string): Marker {
  const entry = markers.get(mark)
  if (entry === undefined) throw new Error(`no marker ${mark}`)
  return entry.marker
}

function snapshotOf(partial: Partial<PageSnapshot>): PageSnapshot {
  return { html: '', ...partial }
}
