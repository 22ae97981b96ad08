import {
  all,
  any,
  type Defence,
  element,
  fraudDetect,
  header,
  id,
  type Look,
  none,
  status,
  text,
  title,
} from '../marker.ts'
import { REFUSED_IN_TITLE } from './looks-elsewhere.ts'

/** What a refusal says besides its name, which products say of themselves too. */
const refuses: Look = any(
  status(403, 405, 406, 418, 429, 444, 503),
  title(/\b(?:denied|blocked|forbidden|rejected|not allowed|restricted|alert|error|40[36])\b/i),
  text(
    /\b(?:(?:access|request|page|site|ip|address|you)\b[^.!?]{0,40}\b(?:blocked|denied|forbidden|rejected|intercepted|not allowed|restricted|stopped))\b/i,
  ),
)

/**
 * Firewalls whose refusal says their name, one sentence each. Sources: plugins of the same names in wafw00f 2.2, issues of WhatWaf,
 * and refusals that a crawler's keepers wrote down in 2023. What only says that the firewall is there is left out.
 */
export const namedFirewalls: readonly Defence[] = [
  refused(
    'barracuda',
    'text of the Barracuda web firewall',
    text(/\brequest \/ response that are contrary to the web firewall security policies\b/i),
  ),
  refused(
    'citrix',
    'transaction and session numbers of the Citrix firewall',
    any(
      text(/\b(?:ns transaction id|appfw session id|violation category.{0,5}appfw_)/i),
      // Its transactions are numbered by the engine that saw them, also where a customer words the page.
      all(text(/\b(?:transaction id|error code) ?[=:] ?\d{4,12}-ppe\d\b/i), text(/\bblocked\b/i)),
    ),
  ),
  refused('naxsi', 'text "blocked by NAXSI"', text(/\b(?:blocked by naxsi|naxsi blocked information)\b/i)),
  refused(
    'ninjafirewall',
    'text "it was blocked and logged" of NinjaFirewall',
    any(
      title(/^ninjafirewall\b.{0,10}\b\d{3}\b/i),
      all(text(/\byour request cannot be processed\b/i), text(/\bit was blocked and logged\b/i)),
    ),
  ),
  refused(
    'wp-cerber',
    'text "you are not allowed to proceed" of WP Cerber',
    any(
      all(text(/\byou are not allowed to proceed\b/i), text(/\brequests? from spam posting software\b|\brid: /i)),
      text(/\brequest looks suspicious(?:ly)? (?:or )?similar to automated requests\b/i),
    ),
  ),
  refused('comodo', 'text "Protected by COMODO WAF"', all(text(/\bprotected by comodo waf\b/i), refuses)),
  refused(
    'safedog',
    'page with the refusal of SafeDog',
    any(
      element('a', 'href', /\b404\.safedog\.cn\//),
      element('img', 'src', /\bsafedogsite\//),
      all(title(/^网站防火墙$/), text(/不合法参数|拦截/)),
    ),
  ),
  refused(
    'yundun',
    'text "Blocked by YUNDUN Cloud WAF"',
    any(text(/\bblocked by yundun cloud waf\b/i), element('a', 'href', /\byundun\.com\/yd[-_]http[-_]error\//)),
  ),
  refused(
    'tencent',
    'refusal of the Tencent Cloud firewall',
    any(
      element('img', 'src', /\bwaf\.tencent-?cloud\.com\//),
      element('a', 'href', /\bwaf\.tencent-?cloud\.com\//),
      element('script', 'src', /\bwaf\.tencent-?cloud\.com\//),
      element('script', 'src', /\bcaptcha\.eo\.gtimg\.com\//),
      text(/腾讯云\s?web\s?应用防火墙|提交的请求可能对网站造成威胁，请求已被/i),
    ),
  ),
  refused(
    '360',
    'refusal of 360 WangZhanBao',
    any(
      element('a', 'href', /\bwangshan\.360\.cn\b|\/wzws-waf-cgi\//),
      element('img', 'src', /\/wzws-waf-cgi\//),
      all(status(493), text(/360|wzws/i)),
    ),
  ),
  refused(
    'knownsec',
    'refusal of a Knownsec firewall (KS-WAF, Jiasule, 365cyd)',
    any(
      element('img', 'src', /\/ks[-_]waf[-_]error\.png|\bstatic\.jiasule\.com\//),
      element('a', 'href', /\bhelp\.365cyd\.com\/cyd-error-help|\bjiasule\.com\//),
      element('link', 'href', /\bstatic\.jiasule\.com\//),
    ),
  ),
  refused(
    'huawei',
    'refusal of the Huawei Cloud firewall',
    any(
      text(/\bhws_security@huawei\b/i),
      all(text(/^461\b/), text(/\bblocked by cloud waf\b/i)),
      all(element('meta', 'content', /^cloudwaf$/i), any(title(/拦截|block|denied/i), text(/拦截|\bblocked\b/i))),
    ),
  ),
  refused('ucloud', 'refusal of the UCloud firewall', element('img', 'src', /\/uewaf_deny_pages\//)),
  refused(
    'anyu',
    'text "Your access has been intercepted by AnYu"',
    text(/\byour access has been intercepted by anyu\b/i),
  ),
  refused('aesecure', 'picture aesecure_denied', element('img', 'src', /\baesecure_denied\.png/)),
  refused(
    'armor',
    'text "blocked by website protection from Armor"',
    text(/\bblocked by website protection from armor\b/i),
  ),
  refused(
    'bekchy',
    'text "Bekchy - Access Denied"',
    any(title(/^bekchy\b.{0,10}access denied/i), text(/\bbekchy\b.{0,10}access denied\b/i)),
  ),
  refused(
    'bluedon',
    'text "Bluedon Web Application Firewall"',
    all(text(/\bbluedon web application firewall\b/i), refuses),
  ),
  refused(
    'cloudbric',
    'text "Your request was blocked by Cloudbric"',
    any(title(/^cloudbric\b.{0,5}error!/i), text(/\byour request was blocked by cloudbric\b/i)),
  ),
  refused('dotdefender', 'text "dotDefender blocked your request"', text(/\bdotdefender blocked your request\b/i)),
  refused(
    'greywizard',
    'text of the Grey Wizard refusal',
    all(
      any(
        title(/^grey wizard\b/i),
        text(/\bwe(?:'|’)?ve detected attempted attack or non standard traffic from your ip address\b/i),
      ),
      refuses,
    ),
  ),
  refused(
    'indusface',
    'text "This website is secured against online attacks. Your request was blocked"',
    text(/\bthis website is secured against online attacks\. your request was blocked\b/i),
  ),
  refused('janusec', 'text "Janusec Application Gateway"', all(text(/\bjanusec application gateway\b/i), refuses)),
  refused(
    'malcare',
    'text "Blocked because of malicious activities"',
    text(
      /\b(?:firewall )?blocked because of malicious activities\b|\bfirewall\b.{0,15}\bpowered by\b.{0,15}\bmalcare\b/i,
    ),
  ),
  refused(
    'nemesida',
    'text of the Nemesida refusal',
    text(/\bsuspicious activity detected\b.{0,10}\baccess to the site is blocked\b|\bnwaf@/i),
  ),
  refused(
    'nexusguard',
    'text "Powered by Nexusguard" on a refusal',
    all(text(/\bpowered by nexusguard\b/i), any(status(403, 405, 429), text(/\b(?:blocked|denied|forbidden)\b/i))),
  ),
  refused(
    'paloalto',
    'text of a Palo Alto firewall',
    all(
      all(
        text(
          /\bpalo alto next generation security platform\b|\bdownload of virus.spyware blocked\b|\baccess to the web page you were trying to visit has been blocked\b/i,
        ),
      ),
      refuses,
    ),
  ),
  refused(
    'positive-technologies',
    'text of the PT firewall: Forbidden with a request number',
    all(text(/\bforbidden\b/i), text(/\brequest id: \d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}-[\dA-F]{10}/i)),
  ),
  refused(
    'securesphere',
    'text "The incident ID is" of Imperva SecureSphere',
    all(text(/\bthis page can(?:'|’)?t be displayed\b/i), text(/\bthe incident id is\b/i)),
  ),
  refused(
    'secupress',
    'title of the SecuPress refusal',
    all(any(title(/^secupress\b/i), text(/^secupress\b/i)), refuses),
  ),
  refused(
    'shield-security',
    'text of the Shield plugin',
    text(
      /\byou were blocked by the shield\b|\bremaining transgression\(s\) against this site\b|\bthis website uses a security service to monitor requests to check for activity that is malicious\b/i,
    ),
  ),
  refused(
    'shieldon',
    'text of the Shieldon firewall',
    all(
      text(/\bunusual behavior detected\b|\bthe ip address you are using has been blocked\b|\bplease solve captcha\b/i),
      any(element('form', 'class', /shieldon/), element('input', 'name', /^shieldon_captcha$/), text(/\bshieldon\b/i)),
    ),
  ),
  refused(
    'siteguard',
    'text "Powered by SiteGuard" on a refusal',
    all(text(/\bpowered by siteguard\b/i), text(/\bthe server refuse to browse the page\b|\bforbidden\b|\bblocked\b/i)),
  ),
  refused('sitelock', 'text "SiteLock incident ID"', text(/\bsitelock incident id\b/i)),
  refused(
    'sonicwall',
    'text "Web Site Blocked" of SonicWall',
    any(title(/^web site blocked/i), all(text(/\bthis site has been blocked\b/i), text(/\bsonicwall\b/i))),
  ),
  refused(
    'sophos',
    'text of the Sophos web protection',
    any(
      all(title(/^access to the requested url was blocked/i), text(/./)),
      text(/\bpowered by (?:sophos )?utm web protection\b/i),
    ),
  ),
  {
    name: 'squid',
    reason: fraudDetect('squid'),
    markers: [
      // The page names its error in the id of its body, whatever the language.
      {
        id: 'refused',
        strength: 'wall',
        says: "refusal by Squid's access control",
        look: any(text(/\baccess control configuration prevents your request\b/i), id('ERR_ACCESS_DENIED')),
      },
      // The same page with any other name.
      {
        id: 'error',
        strength: 'counter',
        says: 'error page of Squid that is no refusal',
        look: all(
          element('meta', 'content', /\bsquid software foundation\b/i),
          none(text(/\baccess control configuration prevents your request\b/i), id('ERR_ACCESS_DENIED')),
        ),
      },
    ],
  },
  refused('privoxy', 'title "Request blocked (Privoxy@…)"', title(/^request blocked \(privoxy@/i)),
  refused('transip', 'refusal of the TransIP web firewall', all(text(/\btransip web firewall\b/i), refuses)),
  refused('urlscan', 'address or text "Rejected-By-UrlScan"', text(/\brejected[-_]by[-_]urlscan\b/i)),
  refused('varnish', 'text "Request rejected by xVarnish-WAF"', text(/\brequest rejected by xvarnish-waf\b/i)),
  refused(
    'viettel',
    'text "Viettel WAF"',
    all(text(/\baccess denied\b.{0,10}\bviettel waf\b|\bviettel waf system\b/i), refuses),
  ),
  refused(
    'virusdie',
    'picture of the Virusdie refusal',
    element('img', 'src', /\bvirusdie\.ru\/splash\/firewallstop\.png/),
  ),
  refused(
    'watchguard',
    'text "Request denied by WatchGuard Firewall"',
    text(/\brequest denied by watchguard firewall\b/i),
  ),
  refused(
    'webarx',
    'text of the WebARX firewall',
    all(text(/\bwebarx\b.{0,10}\bweb application firewall\b/i), refuses),
  ),
  refused(
    'webknight',
    'text "WebKnight Application Firewall Alert"',
    text(/\bwebknight application firewall alert\b/i),
  ),
  refused(
    'webtotem',
    'text "The current request was blocked" of WebTotem',
    text(/\bthe current request was blocked\b.{0,20}\bwebtotem\b/i),
  ),
  refused(
    'wpmudev',
    'text "Whoops, this request has been blocked!"',
    text(/\bwhoops, this request has been blocked\b/i),
  ),
  refused('xuanwudun', 'address of the Xuanwudun refusal', element('a', 'href', /\badmin\.dbappwaf\.cn\b/)),
  refused('zenedge', 'address /__zenedge/ of a refusal', element('img', 'src', /\/__zenedge\//)),
  refused(
    'zscaler',
    'text "Internet Security by Zscaler"',
    all(all(text(/\binternet security by zscaler\b|\bzscaler to protect you from internet threats\b/i)), refuses),
  ),
  refused('cidram', 'text "CIDRAM" on a refusal', all(text(/\bcidram\b/i), text(/\baccess denied\b|\bwhy blocked\b/i))),
  refused('blockscript', 'text "is protected by BlockScript"', text(/\bis protected by blockscript\b/i)),
  refused(
    'astra',
    'text of the Astra refusal',
    all(
      text(/\bprotection system has detected an issue with your ip\b|\bsorry, this is not allowed\b/i),
      any(
        text(/\b(?:get)?astra\b/i),
        element('a', 'href', /\bgetastra\.com|\bastrawebsecurity\b/),
        element('img', 'src', /\bgetastra\.com/),
      ),
    ),
  ),
  refused(
    'bad-behavior',
    'text "Your technical support key is" of Bad Behavior',
    all(text(/\bcould not fulfill your request\b/i), text(/\byour technical support key is\b/i)),
  ),
  refused(
    'bulletproof-security',
    'text of the 403 page of BulletProof Security',
    all(
      text(/\bbulletproof security\b|\bif you arrived here due to a search or clicking on a link\b/i),
      any(title(/\b403\b/), text(/\b403 forbidden error page\b/i)),
    ),
  ),
  refused(
    'blackhole',
    'text of the trap Blackhole for Bad Bots',
    all(
      any(title(/\bblackhole\b/i), text(/\byou have fallen into a trap\b|\byou have been banned from this domain\b/i)),
      text(/\bforbids your presence at this location\b|\bbanned from this (?:site|domain)\b/i),
    ),
  ),
  refused(
    'solid-security',
    'text "flagged as a threat by the … Security network"',
    text(/\byour ip(?: address)? has been flagged as a threat by the \w{1,12} security network\b/i),
  ),
  refused('cisco-ace', 'text "Request was rejected by ACE XML Gateway"', text(/\brejected by ace xml gateway\b/i)),
  refused(
    'open-appsec',
    'text "Attack blocked by web application protection"',
    text(/\battack blocked by web application protection\b/i),
  ),
  // Filters of networks print their name in every language; manuals print it without a refusal.
  refused(
    'e2guardian',
    'title of E2Guardian or DansGuardian that says that access is denied',
    any(
      title(new RegExp(`^(?:e2|dans) ?guardian ?[-–:] ?(?:${REFUSED_IN_TITLE}|access denied|eri.im engellendi)`, 'i')),
      all(text(/\bpowered by\b.{0,60}\b(?:e2|dans)guardian\b/i), refuses),
    ),
  ),
  refused('c-icap', 'text "generated by C-ICAP service"', text(/\bgenerated by (?:the )?c-icap service\b/i)),
  refused('squidguard', 'text "Access denied by squidGuard"', text(/\b(?:denied|blocked) by squidguard\b/i)),
  refused(
    'tinyproxy',
    'text "The request you made has been filtered"',
    text(/\bthe request you made has been filtered\b/i),
  ),
  refused('zb-block', 'text "Generated by ZB Block"', text(/\bgenerated by zb block\b/i)),
  refused(
    'tiger-protect',
    'text "Tiger Protect" on a refusal',
    all(text(/\btiger ?protect\b/i), text(/\brequ[êe]te a été bloquée\b|\brequest\b.{0,30}\bblocked\b/i)),
  ),
  refused(
    'aapanel',
    'text "Your request has an illegal parameter and has been blocked"',
    text(/\b(?:aapanel|btwaf|nginx)\b.{0,200}\billegal parameter and has been blocked\b|您的请求带有不合法参数/i),
  ),
  refused(
    'zero-spam',
    'text "blocked … by WordPress Zero Spam"',
    text(/\bblocked\b.{0,60}\bby (?:wordpress )?zero spam\b/i),
  ),
  refused('wts', 'title of the WTS firewall', title(/^wts-waf ?(?:拦截|阻断)/i)),
  refused('yundi', 'text "被云堤网站安全防护拦截"', text(/被云堤(?:网站)?安全防护(?:拦截|阻断)/)),
  refused(
    'nguardx',
    'refusal of a server that names itself NGUARDX',
    all(header('server', /^nguardx\b/i), text(/\bis blocked due to security rules\b/i)),
  ),
  refused(
    'shadow-daemon',
    'text of the Shadow Daemon refusal',
    text(/\bshadow daemon\b.{0,60}\b(?:blocked|attack)\b/i),
  ),
]

function refused(name: string, says: string, look: Look): Defence {
  return { name, reason: fraudDetect(name), markers: [{ id: 'refused', strength: 'wall', says, look }] }
}
