import {
  all,
  any,
  className,
  cookie,
  type Defence,
  element,
  emptier,
  fraudDetect,
  header,
  id,
  none,
  noscript,
  rateLimit,
  script,
  status,
  text,
  title,
} from '../marker.ts'

/** Codes of Cloudflare's error pages that mean a refusal: banned address, signature, owner or country, or a firewall rule. */
const REFUSING_CODE = /\berror(?: reference number| code)?:? ?(?:100[5-9]|101[0-2]|1020|1106)\b/i
const RATE_LIMIT_CODE = /\berror(?: reference number| code)?:? ?1015\b/i
const ORIGIN_CODE =
  /\berror(?: reference number| code)?:? ?(?:100[0-4]|101[346]|1018|1019|102[3-5]|103[3-7]|1101|1102|5[23]\d)\b/i

/** Structure or footer of Cloudflare's own error page: small pages of help quote the numbers too. */
const ERROR_PAGE = any(
  id('cf-error-details'),
  className('cf-error-code'),
  all(text(/\bray id\b/i), any(text(/\bcloudflare\b/i), title(/\bused cloudflare to restrict access\b/i))),
)

/** Cloudflare: challenge pages, firewall refusals and rate limits, apart from its reports on a sick origin. */
export const cloudflare: Defence = {
  name: 'cloudflare',
  reason: fraudDetect('cloudflare'),
  markers: [
    // developers.cloudflare.com, error 1015; answered with 429 and Retry-After.
    {
      id: 'error-1015',
      strength: 'wall',
      says: 'Cloudflare error page with number 1015 (rate limited)',
      look: any(
        all(text(RATE_LIMIT_CODE), ERROR_PAGE),
        text(/^error code: 1015$/i),
        all(title(/^(?:error )?1015 ?[|·–-] ?(?:too many requests|rate limited)$/i), text(/\bray id\b/i)),
      ),
      reason: rateLimit,
    },
    // The heading of the same page, where the number is cut off.
    {
      id: 'being-rate-limited',
      strength: 'wall',
      says: 'Cloudflare error page saying "You are being rate limited"',
      look: all(text(/you are being rate limited/i), ERROR_PAGE),
      reason: rateLimit,
    },
    // developers.cloudflare.com, errors 1005 to 1012, also where the page was saved as text.
    {
      id: 'owner-has-banned',
      strength: 'wall',
      says: 'text "The owner of this website (…) has banned …"',
      look: text(
        /\bthe owner of this website \(.{3,80}?\) has banned (?:your (?:ip|access)|the (?:autonomous|country|asn|region))/i,
      ),
    },
    // developers.cloudflare.com/waiting-room: the default template; waiting helps, a person does not.
    {
      id: 'waiting-room',
      strength: 'wall',
      says: "Cloudflare's waiting room",
      look: all(title(/^waiting room powered by cloudflare/i), text(/\b(?:in line|queue|wait time)\b/i)),
      reason: rateLimit,
    },
    // developers.cloudflare.com/ai-crawl-control, "pay per crawl": 402 with the price.
    {
      id: 'crawler-price',
      strength: 'proof',
      says: 'status 402 with a response header crawler-price',
      look: all(status(402), header('crawler-price', /./)),
    },
    // developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response
    {
      id: 'mitigated',
      strength: 'proof',
      says: 'response header cf-mitigated: challenge',
      look: header('cf-mitigated', /^\s{0,9}challenge\b/i),
    },
    // Set on challenges while Privacy Pass was supported (WhatWaf issue 347).
    {
      id: 'challenge-bypass',
      strength: 'proof',
      says: 'response header cf-chl-bypass',
      look: header('cf-chl-bypass', /^\s{0,9}1/),
    },
    // In every challenge template from 2020 to 2025.
    {
      id: 'challenge-options',
      strength: 'proof',
      says: 'inline script that sets _cf_chl_opt',
      look: script(/\b_cf_chl_opt\s{0,9}=/),
    },
    // The script that runs the challenge; the jsd and invisible.js beacons of the same path are on ordinary pages.
    {
      id: 'orchestrate',
      strength: 'proof',
      says: 'script from /cdn-cgi/challenge-platform/…/orchestrate/',
      look: any(
        element('script', 'src', /\/cdn-cgi\/challenge-platform\/[^?#]{0,80}orchestrate\//i),
        script(/\/cdn-cgi\/challenge-platform\/[\w/.-]{0,80}orchestrate\//),
      ),
    },
    // Hidden token in the address that the challenge form posts to.
    {
      id: 'challenge-token',
      strength: 'proof',
      says: 'form that posts a __cf_chl token',
      look: element('form', 'action', /[?&]__cf_chl_\w{0,20}tk/i),
    },
    // The five-second page of 2014 to 2020 ("I'm under attack").
    {
      id: 'under-attack-form',
      strength: 'proof',
      says: 'form that posts to /cdn-cgi/l/chk_jschl or chk_captcha',
      look: element('form', 'action', /\/cdn-cgi\/l\/chk_(?:jschl|captcha)/i),
    },
    // Class of the same page.
    {
      id: 'under-attack',
      strength: 'wall',
      says: 'box of class cf-im-under-attack',
      look: className('cf-im-under-attack'),
    },
    // Class of the same page.
    {
      id: 'browser-verification',
      strength: 'wall',
      says: 'box of class cf-browser-verification',
      look: className('cf-browser-verification'),
    },
    // Markup of the 2021 to 2025 templates.
    {
      id: 'challenge-box',
      strength: 'wall',
      says: "markup of Cloudflare's challenge page",
      look: any(
        id('cf-challenge-running'),
        id('challenge-error-text'),
        id('cf-challenge-error-text'),
        id('cf-challenge-stage'),
      ),
    },
    // Id of the form in every template; also used by others.
    {
      id: 'challenge-form',
      strength: 'hint',
      says: 'form with the id challenge-form',
      look: id('challenge-form'),
    },
    // crawlee issue 2256: with the wrapper it is the interstitial, without it a widget.
    {
      id: 'turnstile-interstitial',
      strength: 'wall',
      says: 'box #turnstile-wrapper with its frame',
      look: all(id('turnstile-wrapper'), element('iframe', 'src', /^https:\/\/challenges\.cloudflare\.com\//i)),
    },
    // Template of firewall refusals with a captcha or without (codemanki/cloudscraper fixtures, 2014 to 2021).
    {
      id: 'attention-required',
      strength: 'wall',
      says: 'title "Attention Required! | Cloudflare"',
      look: title(/^attention required! \| cloudflare$/i),
    },
    // Error 1020 and its family.
    {
      id: 'restricted-access',
      strength: 'wall',
      says: 'title "… used Cloudflare to restrict access"',
      look: title(/\bused cloudflare to restrict access$/i),
    },
    // developers.cloudflare.com, "Cloudflare 1xxx errors"; scripts get the number as plain text.
    {
      id: 'refusing-code',
      strength: 'wall',
      says: 'Cloudflare error page with a number that means refused (1005-1012, 1020, 1106)',
      look: any(all(text(REFUSING_CODE), ERROR_PAGE), text(/^error code: (?:10(?:0[5-9]|1[0-2]|20)|1106)$/i)),
    },
    // Customers may replace every page; these sentences usually stay.
    {
      id: 'custom-refusing-code',
      strength: 'wall',
      says: 'text "Error reference number" with a number that means refused',
      look: text(/\berror reference number: ?(?:100[5-9]|101[0-2]|1020)\b/i),
    },
    // Sentence of the firewall template that customers keep.
    {
      id: 'protects-itself',
      strength: 'wall',
      says: 'text "is using a security service to protect itself from online attacks"',
      look: all(
        text(/\bis using a security service to protect itself from online attacks\b/i),
        none(text(/\btriggered the service and blocked your request\b/i)),
      ),
    },
    // Titles and headings of its templates before 2022.
    {
      id: 'please-wait',
      strength: 'wall',
      says: 'title "Please Wait... | Cloudflare"',
      look: title(/^please wait(?:\.{3}|…) \| cloudflare$/i),
    },
    // Headings of the same templates.
    {
      id: 'one-more-step',
      strength: 'wall',
      says: 'text "Please complete the security check to access"',
      look: text(/\bone more step please complete the security check to access\b/i),
    },
    // Captcha of the templates of 2016 to 2020, for visitors without scripts.
    {
      id: 'captcha-without-scripts',
      strength: 'wall',
      says: 'a captcha of Cloudflare for visitors without scripts',
      look: any(
        element('noscript', 'id', /^cf-captcha-bookmark$/),
        element('div', 'style', /\/cdn-cgi\/images\/trace\/captcha\//i),
      ),
    },
    // Heading of the firewall template since 2016.
    {
      id: 'blocked-heading',
      strength: 'wall',
      says: 'text "Sorry, you have been blocked" with a Ray ID',
      look: all(text(/\bsorry, you have been blocked\b/i), text(/\bray id\b/i)),
    },
    // Heading of the five-second page.
    {
      id: 'checking-browser',
      strength: 'hint',
      says: 'text "Checking your browser before accessing"',
      look: text(/\bchecking your browser before accessing\b/i),
    },
    // Headings of the 2022 to 2025 challenge templates.
    {
      id: 'site-connection',
      strength: 'hint',
      says: 'text of the challenge page about reviewing the connection',
      look: text(
        /\bneeds to review the security of your connection before proceeding\b|\bchecking if the site connection is secure\b|\bverif(?:y|ying) you are human\. this may take a few seconds\b|\bperforming security verification\b|\bthis page is displayed while the website verifies you are not a bot\b/i,
      ),
    },
    // Localised by the language of the browser, so never the only mark.
    {
      id: 'just-a-moment',
      strength: 'hint',
      says: 'title "Just a moment...", in any of its languages',
      look: title(
        /^(?:just a moment|nur einen moment|einen moment,? bitte|un instant|un momento|um momento|een moment geduld|un moment|jeszcze chwila|один момент|подождите|bir dakika lütfen|请稍候|請稍候|しばらくお待ちください|잠시만 기다리십시오)(?:[.…]{1,3}|\.\.\.)?$/i,
      ),
    },
    // Footer of every Cloudflare page, refusing or not.
    {
      id: 'ray-id',
      strength: 'hint',
      says: 'text "Ray ID" on an otherwise empty page',
      look: all(
        text(/\bray id:? ?[0-9a-f]{12,20}\b/i),
        // A page of the site's own about its limits, which Cloudflare only passes on.
        none(text(/\btoo many requests\b|\brate[- ]limit/i), status(429)),
      ),
    },
    // Pages of customers, who say what stands before their site.
    {
      id: 'named-waf',
      strength: 'wall',
      says: 'text that Cloudflare WAF has blocked the visitor',
      look: all(
        text(/\bblocked by cloudflare(?:['’]s)? waf\b|(?:你|您)已?被 ?cloudflare ?waf ?(?:拦截|阻止)/i),
        emptier(60, 600),
      ),
    },
    // Text for visitors without scripts, 2022 to 2025.
    {
      id: 'enable-scripts',
      strength: 'hint',
      says: 'text "Enable JavaScript and cookies to continue"',
      look: any(
        noscript(/\benable javascript and cookies to continue\b/i),
        text(/\benable javascript and cookies to continue\b/i),
      ),
    },
    // The same template reports an origin that is down: 52x, 53x, DNS and tunnel errors (Cloudflare, "Error page types").
    {
      id: 'origin-error',
      strength: 'counter',
      says: 'Cloudflare error page with a number about the origin, not about the visitor',
      look: any(all(text(ORIGIN_CODE), ERROR_PAGE), title(/\| 5[23]\d: /)),
    },
    // Where a hidden address of e-mail leads to, /cdn-cgi/l/email-protection.
    {
      id: 'email-protection',
      strength: 'counter',
      says: 'Cloudflare page about an address of e-mail that it hides, not about the visitor',
      look: all(title(/^email protection \| cloudflare$/i), text(/\bemail addresses on that page have been hidden\b/i)),
    },
    // On every response of Cloudflare (RSS-Bridge issue 2599).
    {
      id: 'fronted',
      strength: 'presence',
      says: 'Cloudflare serves this site',
      look: any(header('cf-ray', /./), header('server', /^cloudflare$/i), cookie(/^(?:__cf_bm|cf_clearance)$/)),
    },
    // Runs on ordinary pages, and on error pages of the origin too (is-antibot issue 55).
    {
      id: 'beacon',
      strength: 'presence',
      says: "Cloudflare's bot-management beacon runs on the page",
      look: element(
        'script',
        'src',
        /\/cdn-cgi\/challenge-platform\/[^?#]{0,80}(?:scripts\/jsd|scripts\/invisible\.js)/i,
      ),
    },
  ],
}
