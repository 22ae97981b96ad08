import {
  all,
  any,
  captcha,
  className,
  type Defence,
  element,
  emptier,
  fraudDetect,
  id,
  rateLimit,
  script,
  text,
  title,
  url,
} from '../marker.ts'

/** Walls that large sites build for themselves, known mostly by their address. */
export const platforms: readonly Defence[] = [
  {
    name: 'baidu',
    reason: captcha('baidu'),
    markers: [
      // Address of its gate, which search redirects to.
      {
        id: 'address',
        strength: 'proof',
        says: 'the page is at /static/captcha of wappass.baidu.com',
        look: url({ host: /^wappass\.baidu\.com$/i, path: /captcha/i }),
      },
      // Title of the gate.
      { id: 'title', strength: 'wall', says: 'title "百度安全验证"', look: title(/^百度安全验证/) },
    ],
  },
  {
    name: 'fossil',
    reason: fraudDetect('fossil'),
    markers: [
      // Title of the page that Fossil shows to clients it takes for robots (src/login.c).
      {
        id: 'robot',
        strength: 'wall',
        says: 'title "…: I think you are a robot"',
        look: title(/^.{0,120}: I think you are a robot$/i),
      },
    ],
  },
  {
    name: 'douban',
    reason: fraudDetect('douban'),
    markers: [
      // Address of its check (is-antibot fixture).
      {
        id: 'address',
        strength: 'proof',
        says: 'the page is at sec.douban.com',
        look: url({ host: /^sec\.douban\.com$/i }),
      },
      // Text of the refusal: "your way of visiting looks like a program".
      {
        id: 'text',
        strength: 'wall',
        says: 'text "你访问豆瓣的方式有点像机器人程序"',
        look: text(/访问豆瓣的方式有点像机器人/),
      },
    ],
  },
  {
    name: 'duckduckgo',
    reason: captcha('duckduckgo'),
    markers: [
      // trawl issue 119: a choice of pictures, with 202 or 200.
      {
        id: 'anomaly',
        strength: 'proof',
        says: "form of DuckDuckGo's check for anomalies",
        look: element('form', 'action', /\bduckduckgo\.com\/anomaly\.js/i),
      },
    ],
  },
  {
    name: 'stack-exchange',
    reason: captcha('recaptcha'),
    markers: [
      // Title of its check on every site of the network.
      {
        id: 'title',
        strength: 'wall',
        says: 'title "Human verification" of a site of Stack Exchange',
        look: title(/^human verification - [\w ]{1,40}$/i),
      },
    ],
  },
  {
    name: 'zhihu',
    reason: fraudDetect('zhihu'),
    markers: [
      // Address and title of its check.
      {
        id: 'address',
        strength: 'proof',
        says: 'the page is at /account/unhuman of Zhihu',
        look: url({ host: /(?:^|\.)zhihu\.com$/i, path: /^\/account\/unhuman/i }),
      },
      // Title of the same page.
      { id: 'title', strength: 'wall', says: 'title "安全验证 - 知乎"', look: title(/^安全验证 - 知乎/) },
    ],
  },
  {
    name: 'sogou',
    reason: captcha('sogou'),
    markers: [
      // Address of its gate.
      {
        id: 'address',
        strength: 'proof',
        says: 'the page is at /antispider of Sogou',
        look: url({ host: /(?:^|\.)sogou\.com$/i, path: /^\/antispider/i }),
      },
      // Sentence of the same gate, quoted by a dozen crawlers.
      {
        id: 'text',
        strength: 'wall',
        says: 'text "您的访问过于频繁，为确认本次访问为正常用户行为"',
        look: text(/您的访问过于频繁，为确认本次访问为正常用户行为/),
      },
    ],
  },
  {
    name: 'tiktok',
    reason: captcha('tiktok'),
    markers: [
      // Box of the slider that opens over its pages.
      {
        id: 'slider',
        strength: 'wall',
        says: "box of TikTok's slider",
        look: any(
          id('captcha-verify-container-main-page'),
          id('captcha-verify-image'),
          className('captcha_verify_container'),
          element('iframe', 'src', /\/\/verify(?:-[\w-]{1,20})?\.(?:snssdk|tiktokv?|byteoversea|zijieapi)\.com\//i),
        ),
      },
      // pyktok issue 83 and gallery-dl pull request 8850: the check by script that comes with 200.
      {
        id: 'script-challenge',
        strength: 'wall',
        says: 'page "Please wait..." with the boxes of SlardarWAF',
        look: all(any(id('wci'), script(/\bSlardarWAF\b/)), emptier(30, 120)),
        reason: fraudDetect('tiktok'),
      },
    ],
  },
  {
    name: 'bloomberg',
    reason: captcha('bloomberg'),
    markers: [
      // Title of its gate; the box is drawn by a script.
      {
        id: 'robot-title',
        strength: 'wall',
        says: 'title "Bloomberg - Are you a robot?"',
        look: title(/^bloomberg - are you a robot\?$/i),
      },
    ],
  },
  {
    name: 'ebay',
    reason: captcha('ebay'),
    markers: [
      // Address of its captcha.
      {
        id: 'captcha-address',
        strength: 'proof',
        says: 'the page is at /splashui/captcha of eBay',
        look: url({ host: /(?:^|\.)ebay\.[a-z]{2,3}(?:\.[a-z]{2})?$/i, path: /^\/splashui\/captcha/i }),
      },
      // Address of its check of the browser.
      {
        id: 'challenge-address',
        strength: 'proof',
        says: 'the page is at /splashui/challenge of eBay',
        look: url({ host: /(?:^|\.)ebay\.[a-z]{2,3}(?:\.[a-z]{2})?$/i, path: /^\/splashui\/challenge/i }),
        reason: fraudDetect('ebay'),
      },
      // Texts of both.
      {
        id: 'text',
        strength: 'wall',
        says: 'text "Checking your browser before you access eBay"',
        look: text(/\bchecking your browser before you access ebay\b/i),
        reason: fraudDetect('ebay'),
      },
    ],
  },
  {
    name: 'ticketmaster',
    reason: fraudDetect('ticketmaster'),
    markers: [
      // Text of its refusal in every country that speaks English.
      {
        id: 'paused',
        strength: 'wall',
        says: 'text "Your Browsing Activity Has Been Paused"',
        look: text(/\byour browsing activity has been paused\b/i),
      },
    ],
  },
  {
    name: 'yahoo',
    reason: fraudDetect('yahoo'),
    markers: [
      // Text of its refusal, with the status of the same number, since the 2000s.
      {
        id: 'error-999',
        strength: 'wall',
        says: 'text "Unable to process request at this time -- error 999"',
        look: text(/\bunable to process request at this time\b.{0,5}\berror 999\b/i),
      },
    ],
  },
  {
    name: 'shopee',
    reason: fraudDetect('shopee'),
    markers: [
      // Text of its refusal for visitors that are not signed in.
      {
        id: 'unusual',
        strength: 'wall',
        says: 'text "you are using an unsupported browser or something unusual was detected"',
        look: text(/\busing an unsupported browser or something unusual was detected\b/i),
      },
    ],
  },
  {
    name: 'wikimedia',
    reason: rateLimit,
    markers: [
      // phabricator.wikimedia.org/T400119: what programs without a name of their own are answered.
      {
        id: 'robot-policy',
        strength: 'wall',
        says: 'text "respect our robot policy" of Wikimedia\'s servers',
        look: all(text(/\brespect our robot policy\b/i), text(/\btoo many requests\b|\buser-agent\b/i)),
      },
    ],
  },
  {
    name: 'elsevier',
    reason: fraudDetect('elsevier'),
    markers: [
      // Text of the refusal of ScienceDirect and Scopus, with what to tell to support.
      {
        id: 'problem',
        strength: 'wall',
        says: 'text "There was a problem providing the content you requested", with a reference number',
        look: all(text(/\bthere was a problem providing the content you requested\b/i), text(/\breference number\b/i)),
      },
    ],
  },
  {
    name: 'glassdoor',
    reason: fraudDetect('glassdoor'),
    markers: [
      // Its check says the same in eight languages, so it is longer than walls are.
      {
        id: 'protect',
        strength: 'proof',
        says: 'title "Security | Glassdoor" over "Help us protect Glassdoor"',
        look: all(title(/^security \| glassdoor$/i), text(/\bhelp us protect glassdoor\b/i)),
      },
    ],
  },
  {
    name: 'dribbble',
    reason: fraudDetect('dribbble'),
    markers: [
      // is-antibot fixture: an empty refusal of this host.
      {
        id: 'forbidden',
        strength: 'proof',
        says: 'the whole page of Dribbble is "Forbidden"',
        look: all(url({ host: /(?:^|\.)dribbble\.com$/i }), text(/^forbidden$/i)),
      },
    ],
  },
  {
    name: 'instagram',
    reason: fraudDetect('instagram'),
    markers: [
      // Address of its checks of an account or a browser.
      {
        id: 'challenge',
        strength: 'proof',
        says: 'the page is at /challenge/ of Instagram',
        look: url({
          host: /(?:^|\.)instagram\.com$/i,
          path: /^\/(?:challenge|auth_platform\/(?:recaptcha|codeentry))\b/i,
        }),
      },
    ],
  },
  {
    name: 'facebook',
    reason: fraudDetect('facebook'),
    markers: [
      // Address of its checks.
      {
        id: 'checkpoint',
        strength: 'proof',
        says: 'the page is at /checkpoint/ of Facebook',
        look: url({ host: /(?:^|\.)facebook\.com$/i, path: /^\/checkpoint\b/i }),
      },
      // Text of the refusal for those who act too fast.
      {
        id: 'temporarily',
        strength: 'wall',
        says: 'text "You\'re Temporarily Blocked"',
        look: all(title(/temporarily blocked|^facebook$|^error$/i), text(/\byou(?:'|’)re temporarily blocked\b/i)),
      },
    ],
  },
  {
    name: 'twitter',
    reason: fraudDetect('twitter'),
    markers: [
      // Address of its checks.
      {
        id: 'access',
        strength: 'proof',
        says: 'the page is at /account/access of X',
        look: url({ host: /^(?:www\.|mobile\.)?(?:x|twitter)\.com$/i, path: /^\/account\/access\b/i }),
      },
    ],
  },
]
