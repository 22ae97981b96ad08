import {
  all,
  any,
  captcha,
  type Defence,
  element,
  emptier,
  fraudDetect,
  id,
  script,
  text,
  title,
  url,
} from '../marker.ts'

/** Alibaba Cloud's firewall and its slider ("punish") page. */
export const alibaba: Defence = {
  name: 'alibaba',
  reason: fraudDetect('alibaba'),
  markers: [
    // Address of the slider page, on the site's own host.
    {
      id: 'punish',
      strength: 'proof',
      says: 'address with punish and x5secdata',
      look: any(
        url({ path: /\/punish\b/i, query: /\bx5secdata=/i }),
        element('iframe', 'src', /\/punish\?[^#]{0,400}\bx5secdata=/i),
        script(/\/punish\?[^#"']{0,400}\bx5secdata=/i),
      ),
      reason: captcha('alibaba'),
    },
    // 405 page of Alibaba Cloud's firewall, error page of help.aliyun.com.
    {
      id: 'threats',
      strength: 'wall',
      says: 'text "your request has been blocked as it may cause potential threats"',
      look: text(/\byour request has been blocked as it may cause potential threats to the server/i),
    },
    // Bodies that lead there: a refresh, the script of the page, its variable.
    {
      id: 'punish-body',
      strength: 'wall',
      says: 'page that leads to the punish page',
      look: all(
        emptier(60, 400),
        any(
          element('meta', 'content', /_____tmd_____\/punish\b/i),
          element('script', 'src', /\/sufei-punish\//i),
          script(/\b_____tmd_____\b/),
        ),
      ),
      reason: captcha('alibaba'),
    },
    // Answers of mtop, which lead programs to the same page.
    {
      id: 'punish-answer',
      strength: 'wall',
      says: 'answer of mtop that leads to the punish page',
      look: text(/\bFAIL_SYS_USER_VALIDATE\b|\bRGV587_ERROR\b|_____tmd_____\/punish\?/),
      reason: captcha('alibaba'),
    },
    // Titles of the slider page where the site has given it none.
    {
      id: 'slider-title',
      strength: 'wall',
      says: 'title of the slider page: "霸下通用 web 页面-验证码" or "验证码拦截"',
      look: title(/^(?:霸下通用 ?web ?页面-验证码|验证码拦截|captcha interception)$/i),
      reason: captcha('alibaba'),
    },
    // The refusal with 405, in Chinese.
    {
      id: 'threats-chinese',
      strength: 'wall',
      says: 'text that the address might be a threat to the site, in Chinese',
      look: text(/由于您访问的url有可能对网站造成安全威胁，您的访问被阻断/i),
    },
    // Check by script of Alibaba Cloud's firewall: its variable and its cookie.
    {
      id: 'script-challenge',
      strength: 'wall',
      says: 'page that is nothing but a script with arg1 and the cookie acw_sc__v2',
      look: all(script(/\bvar arg1\s{0,3}=\s{0,3}['"][\da-f]{16}/i), emptier(15, 100)),
    },
    // Its page "aliyun_waf" with a slider.
    {
      id: 'waf-page',
      strength: 'wall',
      says: 'page with a box aliyun_waf',
      look: all(
        any(id('aliyun_waf_aa'), element('meta', 'name', /^aliyun_waf_/i), element('textarea', 'id', /^renderData$/)),
        emptier(40, 300),
      ),
    },
    // Text of the slider with its loader, help.aliyun.com.
    {
      id: 'slider',
      strength: 'hint',
      says: "slider box of Alibaba's captcha",
      look: all(
        text(/\bslide to verify\b/i),
        any(element('script', 'src', /\/\/(?:g\.alicdn\.com|aeis\.alicdn\.com)\//i), element('script', 'src', /AWSC/)),
      ),
    },
  ],
}
