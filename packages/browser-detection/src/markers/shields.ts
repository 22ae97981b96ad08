import {
  all,
  any,
  captcha,
  type Defence,
  element,
  emptier,
  fraudDetect,
  header,
  id,
  script,
  status,
  text,
  title,
} from '../marker.ts'

/** Shields against floods and bots that stand before whole sites, each known by a path of its own. */
export const shields: readonly Defence[] = [
  {
    name: 'bunny-shield',
    reason: fraudDetect('bunny-shield'),
    markers: [
      // www.bunny.net/.bunny-shield/assets/: its check is served from this path of every site.
      {
        id: 'assets',
        strength: 'proof',
        says: 'script or style from /.bunny-shield/',
        look: any(element('script', 'src', /\/\.bunny-shield\//), element('link', 'href', /\/\.bunny-shield\//)),
      },
      // Title of the check.
      {
        id: 'title',
        strength: 'hint',
        says: 'title "Establishing a secure connection"',
        look: title(/^establishing a secure connection\b/i),
      },
    ],
  },
  {
    name: 'hostinger',
    reason: fraudDetect('hostinger'),
    markers: [
      // is-antibot pull request 79: the check of Hostinger's CDN, which copies Cloudflare's words.
      {
        id: 'challenge',
        strength: 'proof',
        says: 'script from /hcdn-cgi/jschallenge',
        look: any(element('script', 'src', /\/hcdn-cgi\/jschallenge/i), script(/\/hcdn-cgi\/jschallenge/i)),
      },
    ],
  },
  {
    name: 'safeline',
    reason: fraudDetect('safeline'),
    markers: [
      // github.com/chaitin/SafeLine: boxes and script of its check, with status 468.
      {
        id: 'challenge',
        strength: 'proof',
        says: "SafeLine's check",
        look: any(id('slg-box'), id('slg-bg'), script(/\bSafeLineChallenge\(/)),
      },
      // Same repository: assets and pages of every protected site; its 502 has them too.
      {
        id: 'refusal',
        strength: 'wall',
        says: 'page with assets from /.safeline/ and a status or a text that refuses',
        look: all(
          any(
            element('link', 'href', /\/\.safeline\//),
            element('script', 'src', /\/\.safeline\//),
            text(/\bsafeline\b|雷池/i),
          ),
          any(status(403, 405, 429, 468), text(/\b(?:blocked|intercepted|forbidden)\b|拦截|阻断|заблокирован/i)),
        ),
      },
      // Same repository: the status of its waiting room.
      {
        id: 'waiting-room',
        strength: 'proof',
        says: 'status 465 of SafeLine',
        look: all(
          status(465),
          any(element('link', 'href', /\/\.safeline\//), element('script', 'src', /\/\.safeline\//)),
        ),
        reason: { type: 'rate-limit' },
      },
    ],
  },
  {
    name: 'haproxy-protection',
    reason: fraudDetect('haproxy-protection'),
    markers: [
      // gitgud.io/fatchan/haproxy-protection: path of its check.
      {
        id: 'assets',
        strength: 'proof',
        says: 'script from /.basedflare/',
        look: element('script', 'src', /\/\.basedflare\/js\//),
      },
      // Title of the same page.
      {
        id: 'title',
        strength: 'hint',
        says: 'title "Hold on..." of a page that looks for robots',
        look: all(title(/^hold on\b/i), text(/\b(?:robots?|haproxy-protection)\b/i)),
      },
    ],
  },
  {
    name: 'deflect',
    reason: fraudDetect('deflect'),
    markers: [
      // github.com/deflect-ca/banjax: text of its check.
      {
        id: 'protected-by',
        strength: 'wall',
        says: 'text of a check by Deflect',
        look: all(
          text(/\bdeflect(?:\.ca)?\b/i),
          text(/\b(?:checking your browser|verifying if your connection|ddos (?:protection|mitigation))\b/i),
        ),
      },
      // Same repository: cookies and addresses that its script uses.
      {
        id: 'script',
        strength: 'proof',
        says: "script of Deflect's check",
        look: script(/\bdeflect_(?:challenge|password)\d\b|\/__banjax\//),
      },
    ],
  },
  {
    name: 'crowdsec',
    reason: fraudDetect('crowdsec'),
    markers: [
      // github.com/crowdsecurity/lua-cs-bouncer, templates ban.html and captcha.html.
      {
        id: 'captcha',
        strength: 'wall',
        says: 'title "CrowdSec Captcha"',
        look: any(title(/^crowdsec captcha\b/i), text(/\bcrowdsec captcha\b/i)),
        reason: captcha('crowdsec'),
      },
      // The same templates.
      {
        id: 'ban',
        strength: 'wall',
        says: 'title "CrowdSec Ban" or text "CrowdSec Access Forbidden"',
        look: any(title(/^crowdsec (?:ban|access forbidden)\b/i), text(/\bcrowdsec access forbidden\b/i)),
      },
      // Footer of customised templates.
      {
        id: 'powered-by',
        strength: 'wall',
        says: 'text "This security check has been powered by CrowdSec"',
        look: text(/\bthis security check has been powered by\b.{0,20}\bcrowdsec\b/i),
      },
    ],
  },
  {
    name: 'qrator',
    reason: fraudDetect('qrator'),
    markers: [
      // Path of its check on every protected site, with 401 or 200 (saved pages of 2020 to 2025).
      {
        id: 'script',
        strength: 'wall',
        says: 'page that is nothing but a script from /__qrator/',
        look: all(element('script', 'src', /\/__qrator\/qauth/), emptier(40, 500)),
      },
      // Text of its refusal with 403.
      {
        id: 'report',
        strength: 'wall',
        says: 'text "If you are not a bot, please copy the report and send it to our support team"',
        look: text(/\bif you are not a bot, please copy the report\b|если вы не бот, пожалуйста, скопируйте отч[её]т/i),
      },
    ],
  },
  {
    name: 'stormwall',
    reason: fraudDetect('stormwall'),
    markers: [
      // Host of its check; the constants are those of the page around it.
      {
        id: 'script',
        strength: 'wall',
        says: 'page that is nothing but a script from static.stormwall.pro',
        look: all(element('script', 'src', /\/\/static\.stormwall\.pro\//), emptier(40, 300)),
      },
      // Its own pages of errors, which a missing site gets, too: hence the number.
      {
        id: 'refused',
        strength: 'wall',
        says: 'refusal from the error pages of static.stormwall.pro',
        look: all(
          element('link', 'href', /\/\/static\.stormwall\.pro\/error_pages\//),
          title(/\b(?:403|429)\b|\b(?:denied|blocked)\b/i),
        ),
      },
    ],
  },
  {
    name: 'testcookie',
    reason: fraudDetect('testcookie'),
    markers: [
      // github.com/kyprizel/testcookie-nginx-module, as free hosts run it.
      {
        id: 'decrypts',
        strength: 'wall',
        says: 'script that decrypts a cookie',
        look: all(script(/\bslowAES\.decrypt\(/), script(/\bdocument\.cookie\s{0,3}=/)),
      },
    ],
  },
  {
    name: 'vddos',
    reason: fraudDetect('vddos'),
    markers: [
      // Titles of its captcha and of what follows a failed check; the words below are Cloudflare's.
      {
        id: 'title',
        strength: 'proof',
        says: 'title of vDDoS Protection',
        look: title(/^(?:attention required|challenge failed)! vddos (?:protection|security)$/i),
      },
      // github.com/duy13/vDDoS-Protection: script of its five-second page.
      {
        id: 'script',
        strength: 'wall',
        says: 'page that is nothing but the script /vddosw3data.js',
        look: all(element('script', 'src', /\/vddosw3data\.js\b/), emptier(40, 400)),
      },
    ],
  },
  {
    name: 'arvancloud',
    reason: fraudDetect('arvancloud'),
    markers: [
      // docs.arvancloud.ir: the page on the way to a site, and the cookie and script it sets.
      {
        id: 'check',
        strength: 'wall',
        says: "ArvanCloud's check of the browser",
        look: all(
          any(script(/\b__arcsjsc?\b/), element('script', 'src', /\/__arcsjs/), text(/در حال انتقال به سایت/)),
          emptier(60, 500),
        ),
      },
    ],
  },
  {
    name: 'bitninja',
    reason: fraudDetect('bitninja'),
    markers: [
      // wafw00f, plugin bitninja.
      {
        id: 'check',
        strength: 'wall',
        says: 'title "Security check by BitNinja" or "Visitor anti-robot validation"',
        look: any(
          title(/^(?:security check by bitninja|visitor anti-robot validation)/i),
          text(
            /\b(?:security check by bitninja|your ip (?:address )?(?:has been|will be) \w{1,64} (?:by|from) bitninja)\b/i,
          ),
        ),
      },
    ],
  },
  {
    name: 'cpguard',
    reason: fraudDetect('cpguard'),
    markers: [
      // opsshield.com/cpguard: text of its captcha and of its refusals.
      {
        id: 'named',
        strength: 'wall',
        says: 'text that cPGuard has blocked or detected something',
        look: all(text(/\bcpguard\b/i), text(/\b(?:suspicious|blocked|captcha|not a robot|malicious|protected)\b/i)),
      },
    ],
  },
  {
    name: 'blazingfast',
    reason: fraudDetect('blazingfast'),
    markers: [
      // Footer of its check (lists of protections kept by scripts that meet them).
      {
        id: 'footer',
        strength: 'wall',
        says: 'text "DDoS Protection by Blazingfast.io"',
        look: text(/\bddos protection by blazingfast\b/i),
      },
    ],
  },
  {
    name: 'link11',
    reason: fraudDetect('link11'),
    markers: [
      // Text of its refusals, collected by a crawler's keepers in 2023.
      {
        id: 'refused',
        strength: 'wall',
        says: 'text "Your request has been refused by the server" of Link11',
        look: all(text(/\byour request has been refused by the server\b/i), text(/\blink11\b/i)),
      },
    ],
  },
  {
    name: 'netlify',
    reason: fraudDetect('netlify'),
    markers: [
      // docs.netlify.com, firewall traffic rules: its refusal names the firewall.
      {
        id: 'firewall',
        strength: 'wall',
        says: 'refusal by the Netlify firewall',
        look: all(
          any(status(403, 429), title(/\b(?:forbidden|blocked|denied)\b/i)),
          any(header('server', /^netlify$/i), text(/\bnetlify\b/i)),
          text(/\b(?:firewall|traffic rules?|blocked)\b/i),
        ),
      },
    ],
  },
]
