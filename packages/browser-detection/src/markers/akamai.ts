import {
  all,
  any,
  captcha,
  className,
  cookie,
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
import { REFUSING_TITLE } from './looks-elsewhere.ts'

/** Akamai: refusals at the edge and the interstitial of its bot manager. */
export const akamai: Defence = {
  name: 'akamai',
  reason: fraudDetect('akamai'),
  markers: [
    // CloakBrowser issue 279: JSON body of a 428 that asks for a captcha.
    {
      id: 'challenge-captcha',
      strength: 'proof',
      says: 'JSON body with sec-cp-challenge and a captcha provider',
      look: all(text(/"sec-cp-challenge" ?: ?"?true/i), text(/"provider" ?: ?"(?:re|h)captcha"/i)),
      reason: captcha('akamai'),
    },
    // The same JSON for a challenge that a browser computes.
    {
      id: 'challenge',
      strength: 'proof',
      says: 'JSON body with sec-cp-challenge',
      look: text(/"sec-cp-challenge" ?: ?"?true/i),
    },
    // trawl issue 33: comes with 200 and 2 kB.
    {
      id: 'interstitial',
      strength: 'proof',
      says: 'box #sec-if-cpt-container',
      look: any(id('sec-if-cpt-container'), id('sec-cpt-if'), className('sec-if-cpt-container')),
    },
    // Path of the scripts and frames of the same interstitial (is-antibot; trawl issue 33).
    {
      id: 'challenge-path',
      strength: 'proof',
      says: 'frame or script from /_sec/cp_challenge/',
      look: any(
        element('iframe', 'src', /\/_sec\/cp_challenge\//i),
        element('script', 'src', /\/_sec\/cp_challenge\//i),
        script(/["'/]_sec\/(?:cp_challenge|verify\?provider=)/),
      ),
    },
    // Scrapling's page of October 2026: the script of the check that came after it, and nothing else.
    {
      id: 'sbsd',
      strength: 'wall',
      says: 'page that is nothing but a script from /.well-known/sbsd/',
      look: all(element('script', 'src', /^\/\.well-known\/sbsd\//i), emptier(20, 60)),
    },
    // Title of the same page, also where the script has an address of the site's own (Scrapling issue 212).
    {
      id: 'challenge-page',
      strength: 'wall',
      says: 'title "Challenge Page" on an empty page',
      look: all(title(/^challenge page$/i), emptier(20, 60)),
    },
    // The form of its references, on refusals in a site's own words: 0.<hex>.<seconds>.<hex>.
    {
      id: 'reference-form',
      strength: 'hint',
      says: "a number of the form of Akamai's references",
      look: text(/\b0\.[0-9a-f]{6,8}\.1\d{9}\.[0-9a-f]{5,8}\b/i),
    },
    // Title of the same interstitial.
    {
      id: 'challenge-validation',
      strength: 'wall',
      says: 'title "Challenge Validation"',
      look: title(/^challenge validation$/i),
    },
    // Akamai's reload by script, seen with the interstitial.
    {
      id: 'verify-script',
      strength: 'wall',
      says: 'bm-verify in a page that reloads itself',
      look: any(element('meta', 'content', /[?&]bm-verify=/i), element('script', 'src', /[?&]bm-verify=/i)),
    },
    // Prefix 18 is ERR_ACCESS_DENIED, a security product; entity-encoded in the source, so decode first.
    {
      id: 'reference-18',
      strength: 'wall',
      says: 'Akamai reference number that begins with 18 (denied)',
      look: text(
        /(?:\breference:? ?#? ?18\.[0-9a-f]{4,16}\.\d{6,12}|(?:^|[\s:#/(])18\.[0-9a-f]{6,8}\.1\d{9})\.[0-9a-f]{4,16}/i,
      ),
    },
    // WhatWaf issue 1231 and news sites of 2023: refusals by a rule of the customer's keep the form of the number, with the prefix 0.
    {
      id: 'reference-0',
      strength: 'wall',
      says: 'Akamai reference number that begins with 0, on a page that refuses',
      look: all(
        text(/\b0\.[0-9a-f]{6,8}\.1\d{9}\.[0-9a-f]{5,8}\b/i),
        any(
          title(/\b(?:denied|forbidden|blocked)\b/i),
          title(REFUSING_TITLE),
          text(/\b(?:denied|don't have permission|blocked|forbidden|bot)\b/i),
          status(403),
        ),
      ),
    },
    // Body of the refusal page, techdocs.akamai.com.
    {
      id: 'no-permission',
      strength: 'hint',
      says: 'text "You don\'t have permission to access … on this server." with a reference number',
      look: all(text(/\byou don't have permission to access\b/i), text(/\breference #\d/i)),
    },
    // Title of the refusal page; the server header makes it Akamai's.
    {
      id: 'access-denied',
      strength: 'hint',
      says: 'title "Access Denied" of a server that calls itself Akamai',
      look: all(title(/^access denied$/i), header('server', /^akamaighost$/i)),
    },
    // The same page, where the number was cut or changed by who saved it.
    {
      id: 'denied-page',
      strength: 'wall',
      says: 'title "Access Denied" over Akamai\'s sentence and a reference number that begins with 18',
      look: all(
        title(/^access denied$/i),
        text(/\byou don['’]t have permission to access\b.{0,300}\bon this server\b.{0,12}\breference #18\./i),
        emptier(30, 500),
      ),
    },
    // Link of refusal pages since 2023.
    {
      id: 'error-link',
      strength: 'hint',
      says: 'link to errors.edgesuite.net',
      look: text(/\berrors\.edgesuite\.net\/18\./i),
    },
    // Status of CloakBrowser issue 279.
    {
      id: 'precondition',
      strength: 'hint',
      says: 'status 428 from Akamai',
      look: all(status(428), header('server', /akamai/i)),
    },
    // Prefixes 9, 30, 97 and 102 are invalid addresses and DNS failures.
    {
      id: 'other-reference',
      strength: 'counter',
      says: 'Akamai reference number of an error that is no refusal',
      look: text(/\breference:? ?#(?!18\.)\d{1,3}\.[0-9a-f]{4}/i),
    },
    // is-antibot pull requests 43 and 74: on every response.
    {
      id: 'fronted',
      strength: 'presence',
      says: 'Akamai serves this site',
      look: any(header('server', /^akamaighost$/i), header('akamai-grn', /./), cookie(/^(?:_abck|bm_sz|ak_bmsc)$/)),
    },
  ],
}
