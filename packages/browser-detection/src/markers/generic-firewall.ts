import { all, any, type Defence, emptier, fraudDetect, text, title } from '../marker.ts'
import { gateMarkersElsewhere } from './gate-elsewhere.ts'
import { gateMarkers } from './generic-gate.ts'
import { saysUnusual, UNUSUAL_TITLE } from './looks-elsewhere.ts'

/** A notice is a few sentences; small pages of documentation, which say the same, are longer. */
const NOTICE = emptier(80, 900)

/** The same sentence: a dot inside an address does not end it. */
const WITHIN = '(?:[^.!?]|\\.(?! ))'
/** What a visitor sends, and what the machine that answers calls it. Conditions are no statements, and quotations are others' words, but for those of JSON. */
const REQUEST =
  '(?<!\\b(?:if|when|or|whether|unless|why) (?:your |this |the )?)(?<!(?<!" ?: ?)["“«„])(?:(?:your|this|the) (?:last |recent |current |http |web |requested )?(?:requests?|query|queries|connection|page request|url|transfer)|your (?:current )?ip(?:[- ]address(?:es)?)?|the ip(?:[- ]address)? you(?:.re| are) (?:coming|connecting|visiting) from|your access|request(?= (?:was|has been)\\b)|access (?:from|by) your (?:ip|area|location|region|network)|access to (?:this|the|our) (?:web ?)?(?:site|page|server|resource|url))'
const STOPPED =
  '(?<!\\b(?:not|not been|may be|might be|will be|can be|could be|would be|get|gets) )(?:blocked|banned|denied|rejected|refused|restricted|intercepted|terminated|flagged|blacklisted|dropped|limited|rated|stopped|disallowed|forbidden)'
const CAUSE =
  '(?:security|firewall|\\bwaf\\b|malicious|suspicious|\\bspam|automated|automation|\\bbots?\\b|abus(?:e|ive)|attacks?\\b|threats?\\b|crawl|spider|scrap(?:e|ing)|hack|unusual|abnormal|unauthori[sz]ed|undesirable|hostile|harmful|violat|\\bvpn\\b|\\bproxy\\b|hosting (?:provider|service)|data ?cent(?:er|re)|reputation)'

/**
 * Firewalls that do not say their name. Sentences that only a machine that refuses says, and only on a page that says nothing else.
 * Collected from auto-filed issues of WhatWaf ("Unknown Firewall") and from refusals that a crawler's keepers wrote down in 2023.
 */
export const genericFirewall: Defence = {
  name: 'generic-firewall',
  reason: { type: 'unknown' },
  statuses: [403, 405, 406, 418, 429, 444, 503, 999],
  markers: [
    // "Your request has been blocked for security purposes", "your IP address … was blocked because of suspicious activity".
    {
      id: 'blocked-for-security',
      strength: 'wall',
      says: 'text that the request was blocked for security reasons',
      look: all(
        NOTICE,
        text(
          new RegExp(
            `\\b${REQUEST}\\b${WITHIN}{0,70}(?:\\b${STOPPED}\\b[^!?]{0,90}${CAUSE}|${CAUSE}${WITHIN}{0,60}\\b${STOPPED}\\b)`,
            'i',
          ),
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "The server's security system has flagged your request", "we detected suspicious activity from your IP and blocked".
    {
      id: 'security-blocked',
      strength: 'wall',
      says: 'text that a security system has stopped the request of the visitor',
      look: all(
        NOTICE,
        text(
          new RegExp(
            `${CAUSE}[^!?]{0,80}\\b(?<!\\b(?:if|when|or|whether|unless) )(?:(?:your|this) (?:request|query|connection|ip|ip[- ]address|network)|all (?:traffic|requests|access))\\b[^!?]{0,80}\\b${STOPPED}\\b|\\b(?:(?:security|protection) (?:system|service|module|rules?|solution|software|plugin)s?|firewall|waf)\\b[^!?]{0,60}\\b${STOPPED}\\b[^!?]{0,40}\\b(?:your|this) (?:request|query|connection|ip|access)\\b`,
            'i',
          ),
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "Web firewall security policies … has been blocked", "the transfer has triggered a web application firewall".
    {
      id: 'firewall-blocked',
      strength: 'wall',
      says: 'text that a firewall has blocked the request',
      look: all(
        NOTICE,
        text(
          /\b(?:web application firewall|web firewall|waf|platform firewall|site firewall|security (?:policy|policies|solution|rules?))\b[^.!?]{0,80}\b(?:has|have|was|been)\b[^.!?]{0,40}\b(?:blocked|denied|rejected|intercepted|terminated)\b|\b(?<!\b(?:if|when|whenever|unless|whether|why|once)\b[^.!?]{0,40})(?:triggered(?! by)|blocked by|rejected by|denied by|refused by|stopped by)\b[^.!?]{0,40}\b(?:web application firewall|web firewall|waf|site(?:'s)? security (?:system|service)|(?:security|system) (?:polic(?:y|ies)|rules?)|bot protection)\b|(?:^|\bforbidden\b[^a-z]{0,5}|\b(?:you|your (?:request|ip|access|connection)|this request) (?:have been |has been |was |were |is |are )?)blocked by\b[^.!?]{0,30}\bfirewall\b(?! ?\d)/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "You have been blocked by the site's security system", "banned for suspicious spam", "from accessing this website".
    {
      id: 'you-were-blocked',
      strength: 'wall',
      says: 'text that the visitor has been blocked from this site',
      look: all(
        NOTICE,
        text(
          /(?<!(?<!" ?: ?)["“«„])\byou(?: have been| were| are|['’]ve been| may have been| might have been(?: detected and)?)(?: temporarily| permanently| automatically)? (?:blocked|banned|blacklisted|locked out)\b[^!?]{0,60}\b(?:(?:from )?(?:accessing|visiting|using|access to) (?:(?:this|our|the) (?:web ?)?(?:site|page|server|service|resource)|[\w-]{1,25}\.[a-z]{2,9})|(?:on|from) (?:this|our|the) (?:web ?)?(?:site|server|game|service)|(?:network )?security(?: (?:system|service|reasons?|policy))?|firewall|spam|suspicious|malicious|abuse|automated|bot|crawler|amount of|number of|too many)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // Pages with the title "Request Rejected" or "… was rejected" and a number to tell to support.
    {
      id: 'rejected',
      strength: 'wall',
      says: 'text "The requested URL was rejected"',
      look: all(NOTICE, text(/\bthe requested url was rejected\b/i)),
      reason: fraudDetect('unknown'),
    },
    // "… similar to automated requests", "automated request detected", "blocked spider access", "blocked as a crawler bot".
    {
      id: 'automated-requests',
      strength: 'wall',
      says: 'text that takes the visitor for a program',
      look: all(
        NOTICE,
        text(
          /\b(?:request|query|activity|traffic|behaviou?r) (?:looks|appears|is|seems)[^.!?]{0,30}\bsimilar(?:ly)? to automated\b|\brequests? (?:originates?|originating|coming|comes?) from (?:an? )?(?:undeclared )?automated (?:tools?|process(?:es)?)\b|\bautomated (?:request|access|traffic|quer(?:y|ies)) (?:has been |was )?(?:detected|blocked)\b|^[^\p{L}]{0,5}(?:(?:ro)?bots?|automation|scrap(?:er|ing)|crawler) (?:was |were )?detected\b|\byou(?:['’]re| are) using (?:an? )?(?:automation|automated|scraping) (?:tools?|software|browser)\b|\b(?:behaviou?r|activity|pattern)s?\b[^.!?]{0,20}\b(?:typical|characteristic|consistent|resembl)[^.!?]{0,20}\b(?:ro)?bots?\b|\byour user[- ]agent\b[^!?]{0,50}\b(?:blocked|banned|denied|rejected|not allowed)\b|\b(?:identified|classified|flagged|recogni[sz]ed|marked)\b[^.!?]{0,20}\b(?:your|this) (?:request|traffic|visit|session|connection|browser|activity)\b[^.!?]{0,20}\bas (?:an? )?(?:automated|(?:ro)?bot|suspicious|malicious|spam|crawler)|\bblocked spider\b|\bwe (?:think|believe|suspect|detected|can't tell if|cannot tell if)(?: that)? you(?:'re| are| might be| may be)? (?:a |an |using )?(?:human or a )?(?:ro)?bots?\b|\bmade us think (?:that )?you (?:are|were|might be) a (?:ro)?bot\b/iu,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "We have detected unusual traffic from your network", which sites say of accounts but not of networks.
    {
      id: 'unusual-from-you',
      strength: 'wall',
      says: "text about suspicious activity from the visitor's network",
      look: all(
        NOTICE,
        text(
          /\b(?:detected|noticed|seen|identified|received|registered)[^.!?]{0,30}\b(?:suspicious|malicious|unusual|automated|abnormal|bot(?:-like)?) (?:activity|traffic|behaviou?r|requests?|queries|access)\b[^.!?]{0,30}\b(?:from|on|by|coming from) (?:your|this) (?:computer |local |ip )?(?:network|ip|ip[- ]address|address|device|connection|browser)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // Sentence of Cloudflare's refusal that many firewalls copy.
    {
      id: 'triggered',
      strength: 'wall',
      says: 'text that an action of the visitor triggered the security solution',
      look: all(
        NOTICE,
        text(
          /\baction you (?:just )?(?:performed|took) triggered the (?:security|service)|\bactions that could trigger this block\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "Your IP address has been blocked": said to nobody but whom a machine stops.
    {
      id: 'your-address-blocked',
      strength: 'wall',
      says: "text that the visitor's IP address is blocked",
      look: all(
        NOTICE,
        text(
          /(?<!\b(?:if|when|or|whether|unless|why) )(?<!["“«„])\b(?:your|(?<=^.{0,9}\b)this) ip(?:[- ]?address)?:?(?: \(?\S{6,45})? (?:has been|is|was|got)(?: temporarily| permanently| automatically| currently)? (?:blocked|banned|blacklisted|block-?listed|denied access|not allowed)\b|\bblocked ip address is\b|\byour\b[^.!?]{0,20}\b(?:network|subnet|isp|asn|provider)\b[^.!?]{0,15}\b(?:is|has been|was) (?:blacklisted|blocked|banned)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "Your request has been blocked", with nothing else said.
    {
      id: 'request-blocked',
      strength: 'wall',
      says: 'text that the request of the visitor has been blocked',
      look: all(
        NOTICE,
        text(
          /(?<!\b(?:if|when|or|whether|unless|why|that) )(?<!(?<!" ?: ?)["“«„])\b(?:your|this) (?:web |http )?(?:request|access|connection) (?:[^.!?"]{0,50} )?(?:has been|was|is)(?: temporarily| permanently| automatically)? (?:blocked|banned|intercepted)\b|\b(?:access|request|connection) blocked by\b[^.!?]{0,20}\bfirewall\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // The same sentences, short ones, with what refusals print for the letter to support.
    {
      id: 'blocked-with-number',
      strength: 'wall',
      says: 'text that the visitor has been blocked, with a number or an address to tell to support',
      look: all(
        NOTICE,
        text(/\b(?:you(?: have|['’]ve) been|you (?:are|were)) (?:blocked|banned|blacklisted)\b/i),
        text(
          /\b(?:ray|reference|incident|request|event|block|support|trace)(?: id| number|:| #)[^.!?]{0,30}[0-9a-f-]{8}|\b(?:your|client) ip\b[^.!?]{0,20}\d{1,3}\.\d{1,3}\./i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "The … Web Application Firewall blocked this request", "our firewall has denied your access".
    {
      id: 'firewall-acted',
      strength: 'wall',
      says: 'text that a firewall or a protection stopped this request',
      look: all(
        NOTICE,
        text(
          /\b(?:firewall|waf|(?:bot|ddos|security|site) (?:protection|system|service|solution|plugin|module))\b[^.!?]{0,30}\b(?:blocked|denied|rejected|refused|stopped|intercepted|flagged) (?:this|your) (?:request|access|connection|visit|ip)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // Sites that let nobody in through a proxy.
    {
      id: 'no-proxies',
      strength: 'wall',
      says: 'text that a visitor through a VPN or proxy is not let in',
      look: all(
        NOTICE,
        text(
          /\b(?:you|we|visitors|this site)\b[^.!?]{0,20}\b(?:not (?:allowed|permitted)|(?:do not|don['’]t|cannot|can['’]t) (?:allow|access|enter|visit))\b[^.!?]{0,60}\b(?:vpns?|prox(?:y|ies))\b|\b(?:vpns?|prox(?:y|ies))\b[^.!?]{0,40}\b(?:not (?:allowed|permitted)|(?<!not |n['’]t )detected)\b[^!?]{0,60}\b(?:disable|turn (?:it )?off|disconnect|blocked|denied)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // Titles with the same words; a text that agrees is on the page too.
    {
      id: 'blocked-title',
      strength: 'hint',
      says: 'title that says that the visitor or the request has been blocked',
      look: title(
        /^blocked[.!]?$|^(?:sorry, )?(?:you (?:have been|were|are)|(?:your|this) (?:request|ip(?: address)?|access) (?:has been|was|is)) (?:blocked|banned|denied|rejected)\b/i,
      ),
      reason: fraudDetect('unknown'),
    },
    // "WTS-WAF拦截提示": what a firewall calls its own page.
    {
      id: 'notice-title-chinese',
      strength: 'wall',
      says: 'title that calls the page the notice of a firewall, in Chinese',
      look: all(NOTICE, title(/(?:waf|防火墙)[^\p{L}]?(?:拦截|阻断)(?:提示|通知|页面)$/iu)),
      reason: fraudDetect('unknown'),
    },
    // "403 - 云防护".
    {
      id: 'shield-title-chinese',
      strength: 'hint',
      says: 'title that is nothing but a number and the name of a protection, in Chinese',
      look: title(/^40[356]\P{L}{1,5}(?:云防护|云防御|安全防护|网站防火墙)$/u),
      reason: fraudDetect('unknown'),
    },
    // Titles of refusals, which applications share, over a sentence that they do not.
    {
      id: 'refusal-title-and-text',
      strength: 'wall',
      says: 'title that says denied or blocked, with a text that the visitor has been blocked',
      look: all(
        NOTICE,
        title(
          /^(?:error )?(?:40[36]\b.{0,3})?(?:access|request|permission|page|ip|connection)s? ?(?:is|was|has been)? ?(?:temporarily )?(?:denied|blocked|banned|rejected|refused|restricted)\b(?! ?\?)/i,
        ),
        text(
          /(?<!["“«„])\byou (?:have been|were|are) (?:temporarily |permanently |automatically )?(?:blocked|banned)\b|\byour ip\b[^.!?]{0,30}\b(?:blocked|banned)\b|\brequest blocked by\b|\bbot detected\b|\bsecurity check failed\b|\b(?:unusual|suspicious|automated|malicious) (?:activity|traffic|requests)\b[^.!?]{0,20}\bfrom your (?:computer |local )?(?:network|ip|device|connection|browser)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // Sentences of plugins and hosting panels.
    {
      id: 'you-are-blocked',
      strength: 'hint',
      says: 'text that the visitor, the address or the browser has been blocked',
      look: text(
        /\b(?:you have been|you are|you were|you've been|your ip(?: address)?(?: \S{7,40})? (?:has been|is|was)|your (?:access|request|connection|network|browser) (?:has been|is|was)|this request (?:has been|was))\s(?:temporarily |permanently |automatically )?(?:blocked|banned|blacklisted|denied|rejected|intercepted)\b|\byour ip\b[^.!?]{0,30}\bbanned\b|\brequest blocked by\b/i,
      ),
      reason: fraudDetect('unknown'),
    },
    // Sentences of bot managers.
    {
      id: 'suspicious',
      strength: 'hint',
      says: 'text about suspicious, automated or malicious activity of the visitor',
      look: any(
        text(
          /\b(?:suspicious|malicious|unusual|automated|abnormal|harmful|unauthorized) (?:activity|activities|traffic|behaviou?r|requests?|queries|access)\b|\b(?:web )?(?:crawlers?|scrapers?|spiders?)\b[^.!?]{0,40}\b(?:blocked|not allowed|not permitted|forbidden)\b|\b(?:request|attack|attempt) (?:has been |was )?(?:logged|intercepted)\b|\bweb crawlers?\b|\bwant to crawl\b|\btrying to (?:extract|scrape|harvest)\b|\byou are not (?:allowed|permitted) to access this (?:web ?site|site|server)\b|\b(?:high|large|big|huge) (?:amount|number|volume) of (?:[a-z]{1,12} )?requests\b|\b(?:ro)?bots? (?:activity |traffic |access )?(?:has been |was )?detected\b|\busing an? (?:anonymous )?(?:proxy|vpn)\b|\b(?:disable|turn off) (?:your |the )?(?:vpn|proxy)\b|\buser[- ]agent\b[^.!?]{0,40}\b(?:not allowed|blocked|denied|forbidden)\b|\b(?:automated (?:or \w{1,12} )?access|automated tools|bots?(?: traffic)?)\b[^.!?]{0,20}\bnot (?:allowed|permitted)\b|\b(?:blocked|banned) your (?:ip|access|request|connection)\b/i,
        ),
        all(NOTICE, saysUnusual),
      ),
      reason: fraudDetect('unknown'),
    },
    // "Unusual traffic" as the title.
    {
      id: 'unusual-title-elsewhere',
      strength: 'hint',
      says: 'title about unusual traffic, in another language than English',
      look: title(UNUSUAL_TITLE),
      reason: fraudDetect('unknown'),
    },
    // Bodies of a line, as interfaces for programs give them.
    {
      id: 'no-bots',
      strength: 'wall',
      says: 'nothing but a line that programs are not allowed',
      look: all(
        emptier(12, 160),
        title(/^$/),
        text(
          /\b(?:bots?(?: traffic)?|robots|crawlers|scrapers|automated (?:access|traffic|requests|tools)) (?:is|are) (?:not (?:allowed|permitted)|blocked|forbidden|prohibited)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    ...gateMarkers,
    ...gateMarkersElsewhere,
  ],
}
