import {
  all,
  any,
  className,
  type Defence,
  element,
  emptier,
  fraudDetect,
  script,
  status,
  text,
  title,
} from '../marker.ts'

/** Firewalls of Chinese clouds and hosting panels, by what only their own pages carry. */
export const chineseFirewalls: readonly Defence[] = [
  {
    name: 'yunsuo',
    reason: fraudDetect('yunsuo'),
    markers: [
      // Its check by script, on every path: the function and the parameter that it comes back with.
      {
        id: 'script-check',
        strength: 'proof',
        says: "script of YunSuo's check",
        look: any(script(/\bYunSuoAutoJump\b/), script(/\bsecurity_verify_data=/)),
      },
      // wafw00f, plugin yunsuo: the picture of its refusal.
      {
        id: 'refused',
        strength: 'wall',
        says: 'refusal with the picture of YunSuo, or with its name',
        look: any(className('yunsuologo'), text(/已?被云锁拦截/)),
      },
    ],
  },
  {
    name: 'knownsec',
    reason: fraudDetect('knownsec'),
    markers: [
      // Jiasule's check by script, with status 521: it writes its cookie letter by letter, or hashes it.
      {
        id: 'script-check',
        strength: 'wall',
        says: 'page that is nothing but the script that computes __jsl_clearance',
        look: all(
          any(
            script(/\bdocument\.cookie=\('_'\)\+\('_'\)\+\('j'\)\+\('s'\)\+\('l'\)/),
            script(/"tn": ?"__jsl_clearance/),
          ),
          emptier(15, 60),
        ),
      },
      // The name of its shield on the refusal.
      { id: 'shield', strength: 'wall', says: 'text "已被创宇盾拦截"', look: text(/被创宇盾(?:拦截|阻断)/) },
    ],
  },
  {
    name: 'ruishu',
    reason: fraudDetect('ruishu'),
    markers: [
      // River Security's check, with 412 or 202: its object in an otherwise empty page. Pages behind it have the object, too.
      {
        id: 'script-check',
        strength: 'wall',
        says: 'page that is nothing but the script with the object $_ts',
        look: all(script(/\$_ts\s{0,3}=\s{0,3}window\[['"]\$_ts['"]\]/), emptier(25, 120)),
      },
    ],
  },
  {
    name: 'dshield',
    reason: fraudDetect('dshield'),
    markers: [{ id: 'title', strength: 'wall', says: 'title "D盾_拦截提示"', look: title(/^d盾[_ -]?拦截提示/i) }],
  },
  {
    name: 'huweishen',
    reason: fraudDetect('huweishen'),
    markers: [
      {
        id: 'refused',
        strength: 'wall',
        says: 'text that HuWeiShen has intercepted the visit',
        look: text(/被【?护卫神[^。]{0,12}】?拦截/),
      },
    ],
  },
  {
    name: '360',
    reason: fraudDetect('360'),
    markers: [
      {
        id: 'guard',
        strength: 'wall',
        says: 'text that the guard of 360 has intercepted the visit',
        look: text(/被360(?:网站卫士|安全卫士|主机卫士)[^。]{0,6}(?:拦截|阻断)/),
      },
    ],
  },
  {
    name: 'baidu-yunjiasu',
    reason: fraudDetect('baidu-yunjiasu'),
    markers: [
      // Baidu's cloud was built with Cloudflare; its pages are the same, with another name.
      {
        id: 'named',
        strength: 'wall',
        says: 'refusal or check that names YunJiaSu',
        look: all(
          any(title(/百度云加速|yunjiasu/i), text(/百度云加速 ?ray ?id|yunjiasu(?:-nginx)?/i)),
          any(status(403, 429, 503), text(/拦截|安全检查|正在检查|检测您的浏览器/)),
        ),
      },
    ],
  },
  {
    name: 'tencent',
    reason: fraudDetect('tencent'),
    markers: [
      // edgeone.ai/document: statuses of EdgeOne's own that mean a rule of bots (566) or of the firewall (567).
      {
        id: 'edgeone-status',
        strength: 'wall',
        says: 'status 566 or 567 with a text about the security policy',
        look: all(status(566, 567), text(/安全策略|安全防护|security polic|restricted access/i)),
      },
    ],
  },
  {
    name: 'aapanel',
    reason: fraudDetect('aapanel'),
    markers: [
      // Scripts of the checks of its firewall, by what they ask for: a slider, a person.
      {
        id: 'check',
        strength: 'wall',
        says: "script of the check of BaoTa's firewall",
        look: all(element('script', 'src', /\/(?:huadong|renji|btn)_[\da-f]{8}_/), emptier(60, 400)),
      },
    ],
  },
]
