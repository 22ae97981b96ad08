import { all, any, type Defence, emptier, fraudDetect, status, text, title } from '../marker.ts'
import { gateMarkersElsewhere } from './gate-elsewhere.ts'
import { gateMarkers } from './generic-gate.ts'
import { saysUnusual, UNUSUAL_TITLE } from './looks-elsewhere.ts'
import { NOTICE, REFUSES } from './page-frames.ts'
import { OF_THE_VISIT, SEEN_FROM_VISITOR } from './parts-of-walls.ts'
import { scriptGateMarkers } from './script-gates.ts'
import { wallsByParts } from './walls-by-parts.ts'

/** The same sentence: a dot inside an address does not end it. */
const WITHIN = '(?:[^.!?]|\\.(?! ))'
/** What a visitor sends, and what the machine that answers calls it. Conditions are no statements, and quotations are others' words, but for those of JSON. */
// What comes first keeps the search fast: it rules out most places without a look back.
const REQUEST =
  '(?=(?:your|this|the|request|access) )(?<!\\b(?:if|when|or|whether|unless|why) (?:your |this |the )?)(?<!(?<!" ?: ?)["“«„])(?:(?:your|this|the) (?:last |recent |current |http |web |requested )?(?:requests?|query|queries|connection|page request|url|transfer)|your (?:current )?ip(?:[- ]address(?:es)?)?|the ip(?:[- ]address)? you(?:.re| are) (?:coming|connecting|visiting) from|your access|request(?= (?:was|has been)\\b)|access (?:from|by) your (?:ip|area|location|region|network)|access to (?:this|the|our) (?:web ?)?(?:site|page|server|resource|url))'
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
            `${CAUSE}[^!?]{0,80}\\b(?<!\\b(?:if|when|or|whether|unless) )(?:(?:your|this) (?:request(?! was approved)|query|connection|ip|ip[- ]address|network)|all (?:traffic|requests|access))\\b[^!?]{0,80}\\b${STOPPED}\\b|\\b(?:(?:security|protection) (?:system|service|module|rules?|solution|software|plugin)s?|firewall|waf)\\b[^!?]{0,60}\\b${STOPPED}\\b[^!?]{0,40}\\b(?:your|this) (?:request|query|connection|ip|access)\\b`,
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
          /\b(?:web application firewall|web firewall|waf|platform firewall|site firewall|security (?:policy|policies|solution|rules?))\b[^.!?]{0,80}\b(?:has|have|was|been)\b[^.!?]{0,40}\b(?:blocked|denied|rejected|intercepted|terminated)\b|\b(?=triggered|(?:blocked|rejected|denied|refused|stopped) by)(?<!\b(?:if|when|whenever|unless|whether|why|once)\b[^.!?]{0,40})(?:triggered(?! by)|blocked by|rejected by|denied by|refused by|stopped by)\b[^.!?]{0,40}\b(?:web application firewall|web firewall|waf|site(?:'s)? security (?:system|service)|(?:security|system) (?:polic(?:y|ies)|rules?)|(?:bot|site|web) protection)\b|(?:^|\bforbidden\b[^a-z]{0,5}|\b(?:you|your (?:request|ip|access|connection)|this request) (?:have been |has been |was |were |is |are )?)blocked by\b[^.!?]{0,30}\bfirewall\b(?! ?\d)/i,
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
          /\b(?:request|query|activity|traffic|behaviou?r) (?:looks|appears|is|seems)[^.!?]{0,30}\bsimilar(?:ly)? to automated\b|\brequests? (?:originates?|originating|coming|comes?) from (?:an? )?(?:undeclared )?automated (?:tools?|process(?:es)?)\b|\bautomated (?:request|access|traffic|quer(?:y|ies)) (?:has been |was )?(?:detected|blocked)\b|^[^\p{L}]{0,5}(?:(?:ro)?bots?|automation|scrap(?:er|ing)|crawler) (?:was |were )?detected\b|\byou(?:['’]re| are) using (?:an? )?(?:automation|automated|scraping) (?:tools?|software|browser)\b|\b(?:behaviou?r|activity|pattern)s?\b[^.!?]{0,20}\b(?:typical|characteristic|consistent|resembl)[^.!?]{0,20}\b(?:ro)?bots?\b|\byour user[- ]agent\b[^!?]{0,50}\b(?:blocked|banned|denied|rejected|not (?:allowed|permitted|accepted))\b|\b(?:identified|classified|flagged|recogni[sz]ed|marked)\b[^.!?]{0,20}\b(?:your|this) (?:request|traffic|visit|session|connection|browser|activity)\b[^.!?]{0,20}\bas (?:an? )?(?:automated|(?:ro)?bot|suspicious|malicious|spam|crawler)|\bblocked spider\b|\bwe (?:think|believe|suspect|detected|can't tell if|cannot tell if)(?: that)? you(?:'re| are| might be| may be)? (?:a |an |using )?(?:human or a )?(?:ro)?bots?\b|\bmade us think (?:that )?you (?:are|were|might be) a (?:ro)?bot\b/iu,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "We have detected unusual traffic from your network", which sites say of accounts but not of networks.
    {
      id: 'unusual-from-you',
      strength: 'wall',
      says: "text about suspicious activity from the visitor's network",
      look: all(NOTICE, SEEN_FROM_VISITOR, OF_THE_VISIT),
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
          /(?<!\b(?:if|when|or|whether|unless|why) )(?<!["“«„])\b(?:your|(?<=^.{0,9}\b|\bdenied )this) ip(?:[- ]?address)?:?(?: \(?\S{6,45})? (?:has been|is|was|got)(?: temporarily| permanently| automatically| currently)? (?:blocked|banned|blacklisted|block-?listed|denied access|not allowed|not permitted|disabled|suspended|flagged)\b(?! ?\?)|\bblocked ip address is\b|\byour\b[^.!?]{0,20}\b(?:network|subnet|isp|asn|provider)\b[^.!?]{0,15}\b(?:is|has been|was) (?:blacklisted|blocked|banned)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "The administrator has banned your IP address", "you have been permanently banned from this board".
    {
      id: 'you-are-banned',
      strength: 'wall',
      says: 'text that the visitor or the address is banned from this site',
      look: all(
        NOTICE,
        text(
          /\b(?:banned|blocked|blacklisted|suspended) your ip\b(?<!\b(?:if|when|or|whether|unless|why|that)\b[^.!?]{0,45})|\b(?:access|visitors|traffic|connections|requests)\b(?<!\b(?:if|when|whether|unless|why) (?:the |an )?\w{1,12})(?: to [^.!?]{1,30})? (?:from|of|by) your (?:(?:current )?(?:location or |country or ))?(?:ip |network |ip-)?(?:address|network|ip|computer)\b[^.!?]{0,20}\b(?:ha(?:s|ve) been|was|were|is|are)(?: temporarily| permanently| automatically| currently)? (?:suspended|blocked|banned|denied|restricted|limited|not (?:permitted|allowed))\b|(?:^|[.!?:] )your ip(?: address)? is (?:on|in) (?:our|the|a) (?:block|black|deny)[- ]?list|\byou(?<!["“«„]you) (?:are|were|have been) (?:[a-z]{1,12}ly )?banned from (?:using |accessing |this |the |our |all )[^.!?]{0,12}\b(?:board|boards|forums?|site|website|domain|server|wiki|community)\b|\bban has been issued on your ip\b|\b(?:sorry|but|guest),? you are banned\b|\byour (?:[\w, -]{1,24} )?ip(?: address)? is not (?:permitted|allowed|authori[sz]ed)\b(?! ?\?)|\byour (?:browser|network|device|connection|computer)(?: or (?:browser|network|device|connection|computer))? (?:has been|was|is)(?: temporarily| automatically)? (?:blocked|banned)\b/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // Who prints the address of the visitor and a number for support, and refuses, is no application.
    {
      id: 'address-and-number',
      strength: 'wall',
      says: "refusing status, with the visitor's IP address and a number or a reason to tell to support",
      look: all(
        NOTICE,
        status(403, 405, 406, 412, 418, 429, 503),
        text(/\bip(?: address)?(?: is)?:? ?\(?(?:(?:\d{1,3}\.){3}\d{1,3}\b|(?=[\da-f]{1,4}:)[\da-f:]{6,39})/i),
        text(
          /\b(?:reference|incident|support|event|block|ray|trace|request|case|session|error) ?(?:id|number|no\.?|#|code)?(?: is)?:? ?#?[\da-z-]{3,40}\b|\bnot allowed to access\b|\btimestamp\b/i,
        ),
      ),
    },
    // The same without a status, where the page says that the visitor may not see it.
    {
      id: 'address-not-allowed',
      strength: 'wall',
      says: "text that the visitor is not allowed to see the page, with the visitor's IP address",
      look: all(
        NOTICE,
        text(
          /\byou(?:['’]re| are) not (?:allowed|permitted|authori[sz]ed) to (?:access|view|visit|see|use) (?:this|the|our)\b|\byou (?:do not|don['’]t) have (?:access|permission)\b|\baccess (?:is |has been )?(?:denied|blocked|forbidden|restricted)\b/i,
        ),
        text(/\b(?:your|client|remote|visitor) ip(?: address)?(?: is)?:? ?\(?(?:\d{1,3}\.){3}\d{1,3}\b/i),
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
          /(?<!\b(?:if|when|or|whether|unless|why|that) )(?<!(?<!" ?: ?)["“«„])\b(?:your|this) (?:web |http )?(?:request|access|connection) (?:[^.!?"]{0,50} )?(?:has been|was|is)(?: temporarily| permanently| automatically)? (?:blocked|banned|intercepted)\b|\b(?<!["“«„])your access (?:to (?:this|the) (?:web ?)?site )?(?:has been|was|is) (?:temporarily )?(?:restricted|limited|blocked|suspended) by the (?:web ?)?site(?:['’]s)? (?:owner|admin(?:istrator)?)\b|\b(?:access|request|connection) blocked by\b[^.!?]{0,20}\bfirewall\b/i,
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
        text(
          /\b(?:you(?: have|['’]ve) been|you (?:are|were)) (?:blocked|banned|blacklisted)\b|\baccess to this (?:page|site|website) has been (?:denied|blocked)\b/i,
        ),
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
    // "Access denied to IP address", "connections from your IP are forbidden", "your IP is not whitelisted".
    {
      id: 'address-denied',
      strength: 'wall',
      says: 'text that an IP address is refused, or is on no list of those that are let in',
      look: all(
        // Frameworks print the lines of their code below it.
        emptier(60, 1500),
        text(
          /^(?:\w{1,20}: )?(?:\{.{0,60})?access denied (?:to|for|from) ip(?: address)?:? ?\(?[\da-f]{0,4}[.:]|\b(?:connections?|requests?|access|traffic)(?<!\b(?:if|when|whether|unless|why) (?:the |an |all )?\w{1,12}) from (?:(?:your|this) ip(?: address)?|(?:the )?ip(?: address)?(?= \(?\d))(?: \(?[\d.]{7,15}\)?)? (?:is|are|was|has been) (?:forbidden|prohibited|denied|blocked|not (?:allowed|permitted|accepted|authori[sz]ed))\b|(?:^|[:.!] )(?:client |remote )?ip(?: address)?:? \(?\d[\d.]{6,14}\)? (?:is |was |has been )?(?:denied|not (?:allowed|permitted|authori[sz]ed|accepted))\b|^ip(?: address)? (?:is )?not (?:allowed|permitted|authori[sz]ed)[.!]?$|(?<!\b(?:if|when|whether|unless|why|that) )\byour ip(?: address| range)? (?:has been|is|was) (?:denied|not (?:allowed|permitted|authori[sz]ed|accepted))\b(?! ?\?)|(?<!\b(?:if|when|whether|unless|why|that) (?:your |the |this )?)\bip(?: address)?:? (?:\(?\S{7,40} )?is not (?:white-?listed|allow-?listed|(?:on|in) (?:our|the) (?:white|allow)[- ]?list)\b|\bunauthori[sz]ed ip(?: address)?:? \d/i,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "You are blocked by Zen", and not a word more.
    {
      id: 'blocked-by-name',
      strength: 'wall',
      says: 'nothing but a line that the visitor is blocked, and by what',
      look: all(
        emptier(12, 80),
        title(/^$/),
        text(
          /^(?:(?:[Yy]ou(?:['’]re| are| have been| were)|[Yy]our (?:request|IP(?: address)?|access|connection) (?:is|was|has been)|[Rr]equest|[Aa]ccess) )?[Bb]locked by [A-Z][\w.-]{1,24}[.!]?$/,
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    // "User agent required": who sends none is a program.
    {
      id: 'agent-required',
      strength: 'wall',
      says: 'refusal of a visitor who does not say which program it uses',
      look: all(
        emptier(40, 250),
        any(REFUSES, all(emptier(12, 90), title(/^$/))),
        text(
          /^[^a-z]{0,3}(?:a |an )?(?:valid )?user[- ]?agent (?:header )?(?:is )?(?:required|missing)\b|^[^a-z]{0,3}(?:missing|no|empty|invalid|bad) user[- ]?agent\b/i,
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
          /\b(?:you|we|visitors|this site)\b[^.!?]{0,20}\b(?:not (?:allowed|permitted)|(?:do not|don['’]t|cannot|can['’]t) (?:allow|access|enter|visit))\b[^.!?]{0,60}\b(?:vpns?|prox(?:y|ies))\b|\b(?:requests|access|traffic|connections|visitors|visits)\b[^.!?]{0,20}\b(?:from|through|via|by|using)\b[^.!?]{0,15}\b(?:cloud|hosting|data ?cent(?:er|re)|vpn|tor|prox(?:y|ies))\b[^.!?]{0,30}\b(?:not (?:allowed|accepted|permitted)|blocked|denied|forbidden)\b|\b(?:vpns?|prox(?:y|ies))\b[^.!?]{0,40}\b(?:not (?:allowed|permitted)|(?<!not |n['’]t )detected)\b[^!?]{0,60}\b(?:disable|turn (?:it )?off|disconnect|blocked|denied)\b|\b(?:it (?:looks like|appears|seems)|detected)(?: that)? you(?:['’]re| are) using an? (?:vpn|proxy)\b[^!?]{0,30}\b(?:disable|turn (?:it )?off|disconnect)\b/i,
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
    // "403 - 云防护", "网站防火墙".
    {
      id: 'shield-title-chinese',
      strength: 'hint',
      says: 'title that is nothing but the name of a protection, in Chinese',
      look: title(/^(?:40[356]\P{L}{1,5})?(?:云防护|云防御|安全防护|网站防火墙)$/u),
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
          /(?<!["“«„])\byou (?:have been|were|are) (?:temporarily |permanently |automatically )?(?:blocked|banned)\b|\byour ip\b[^.!?]{0,30}\b(?:blocked|banned)\b|\byour ip(?: address)? has been (?:logged|recorded|reported)\b|\brequest blocked by\b|\bbot detected\b|\bsecurity check failed\b|\b(?:unusual|suspicious|automated|malicious) (?:activity|traffic|requests)\b[^.!?]{0,20}\bfrom your (?:computer |local )?(?:network|ip|device|connection|browser)\b/i,
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
        /\b(?:you have been|you are|you were|you've been|your ip(?: address)?(?: \S{7,40})? (?:has been|is|was)|your (?:access|request|connection|network|browser) (?:has been|is|was)|this request (?:has been|was))\s(?:temporarily |permanently |automatically )?(?:blocked|banned|blacklisted|denied|rejected|intercepted)\b(?! by (?:this |the |an? )?(?:user|member|author|seller|repository owner)\b)|\byour ip\b[^.!?]{0,30}\bbanned\b|\brequest blocked by\b/i,
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
          /\b(?:suspicious|malicious|unusual|automated|abnormal|harmful|unauthorized) (?:activity|activities|traffic|behaviou?r|requests?|queries|access)\b(?! (?:could|can|may|might|that)\b)|\b(?:web )?(?:crawlers?|scrapers?|spiders?)\b[^.!?]{0,40}\b(?:blocked|not allowed|not permitted|forbidden)\b|\b(?:request|attack|attempt) (?:has been |was )?(?:logged|intercepted)\b|\bweb crawlers?\b|\bwant to crawl\b|\btrying to (?:extract|scrape|harvest)\b|\byou are not (?:allowed|permitted) to access this (?:web ?site|site|server)\b|\b(?:high|large|big|huge) (?:amount|number|volume) of (?:[a-z]{1,12} )?requests\b|\b(?:ro)?bots? (?:activity |traffic |access )?(?:has been |was )?detected\b|\busing an? (?:anonymous )?(?:proxy|vpn)\b|\b(?:disable|turn off) (?:your |the )?(?:vpn|proxy)\b|\buser[- ]agent\b[^.!?]{0,40}\b(?:not allowed|blocked|denied|forbidden)\b|\b(?:automated (?:or \w{1,12} )?access|automated tools|bots?(?: traffic)?)\b[^.!?]{0,20}\bnot (?:allowed|permitted)\b|\b(?:blocked|banned) your (?:ip|access|request|connection)\b/i,
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
        any(
          text(
            /\b(?:bots?(?: traffic)?|robots|crawlers|scrapers|automated (?:access|traffic|requests|tools)) (?:is|are) (?:not (?:allowed|permitted)|blocked|forbidden|prohibited)\b/i,
          ),
          // "Bad bot", "go away, bots": the whole of a body.
          all(
            emptier(12, 60),
            text(
              /^(?:(?:bad|no|go away,?) (?:(?:ro)?bots?|crawlers?|scrapers?|spiders?)(?: allowed)?|(?:(?:ro)?bots?|crawlers?|scrapers?|spiders?)(?: (?:traffic|access|requests?))?,? (?:is |are |was )?(?:denied|blocked|rejected|forbidden|not welcome|go away))[.!]?$/i,
            ),
          ),
        ),
      ),
      reason: fraudDetect('unknown'),
    },
    ...wallsByParts,
    ...gateMarkers,
    ...scriptGateMarkers,
    ...gateMarkersElsewhere,
  ],
}
