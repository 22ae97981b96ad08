import {
  all,
  any,
  captcha,
  cookie,
  type Defence,
  element,
  emptier,
  fraudDetect,
  header,
  none,
  noscript,
  script,
  text,
} from '../marker.ts'

/** AWS WAF, at CloudFront, load balancers and gateways. */
export const awsWaf: Defence = {
  name: 'aws-waf',
  reason: fraudDetect('aws-waf'),
  markers: [
    // docs.aws.amazon.com/waf: the action's response header, with 405 for a captcha and 202 for a challenge.
    {
      id: 'captcha-header',
      strength: 'proof',
      says: 'response header x-amzn-waf-action: captcha',
      look: header('x-amzn-waf-action', /^\s{0,9}captcha\b/i),
      reason: captcha('aws-waf'),
    },
    // The same documentation.
    {
      id: 'challenge-header',
      strength: 'proof',
      says: 'response header x-amzn-waf-action: challenge',
      look: header('x-amzn-waf-action', /^\s{0,9}challenge\b/i),
    },
    // Interstitial body, as saved in noscript issue 507 and others.
    {
      id: 'captcha-page',
      strength: 'proof',
      says: 'interstitial that loads captcha.js from awswaf.com',
      look: all(script(/\bgokuProps\s{0,9}=/), element('script', 'src', /\.awswaf\.com\/[^?#]{0,200}\/captcha\.js/i)),
      reason: captcha('aws-waf'),
    },
    // docs.aws.amazon.com/waf, the captcha's script: on a page of the customer's own that holds the puzzle alone.
    {
      id: 'captcha-sdk',
      strength: 'wall',
      says: 'page with next to nothing but the captcha of AWS WAF',
      look: all(
        any(element('script', 'src', /\.captcha-sdk\.awswaf\.com\//i), script(/\bAwsWafCaptcha\.renderCaptcha\(/)),
        emptier(40, 250),
        none(element('input', 'type', /^(?:text|email|password|tel|search)$/i)),
      ),
      reason: captcha('aws-waf'),
    },
    // The same body, for a challenge without picture.
    {
      id: 'challenge-page',
      strength: 'proof',
      says: 'inline script that sets gokuProps',
      look: script(/\bgokuProps\s{0,9}=/),
    },
    // The same body.
    {
      id: 'cookie-domains',
      strength: 'wall',
      says: 'inline script that sets awsWafCookieDomainList',
      look: script(/\bawsWafCookieDomainList\s{0,9}=/),
    },
    // The text of its captcha, where the script was not saved.
    {
      id: 'puzzle',
      strength: 'wall',
      says: 'text "You need to solve a security puzzle before proceeding to your request"',
      look: text(/\bneed to solve a security puzzle before proceeding to your request\b/i),
      reason: captcha('aws-waf'),
    },
    // Both bodies, for visitors without scripts.
    {
      id: 'without-scripts',
      strength: 'wall',
      says: 'text for visitors without scripts that AWS WAF must verify that they are no robot',
      look: all(
        emptier(30, 200),
        noscript(
          /\bin order to continue, we need to verify that you['’]re not a robot\b.{0,10}\bthis requires javascript\b/i,
        ),
      ),
    },
    // is-antibot pull request 66: the SDK and its cookie are on ordinary pages.
    {
      id: 'integration',
      strength: 'presence',
      says: 'AWS WAF watches this site',
      look: any(cookie(/^aws-waf-token$/), element('script', 'src', /\.awswaf\.com\//i)),
    },
  ],
}
