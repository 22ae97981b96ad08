import { all, any, type Look, none, text, title } from '../marker.ts'

/**
 * What walls are made of, in English. Sites word them freely, but of four things nearly every wall says two: what was seen of the
 * visitor, what was done about it, that the visitor is to prove to be human, and how. Pages about anything else say one at most.
 */

/** The same sentence, a short way on. */
const near = (characters: number): string => `[^.!?]{0,${characters}}`
/** The same without a "not". */
const unlessDenied = (characters: number): string => `(?:(?! not\\b|n['’]t\\b| never\\b)[^.!?]){0,${characters}}`
/** Conditions and questions state nothing. After the word, so that the search for the word stays fast. */
const stated = (word: string): string =>
  `${word}(?<!\\b(?:if|when|or|whether|unless|why|how|once|in case|after|until) ${word}|["“«„]${word})`

const ODD =
  '(?:unusual|suspicious|abnormal|anomalous|irregular|automated|malicious|(?:ro)?bot(?:ic|s|-?like)?|robot-?like|non-?human|odd|strange|weird|excessive|unexpected|harmful|abusive|dangerous|scripted|systematic|(?:high|large|huge|big|excessive|unusual|massive) (?:number|volume|amount|level|rate|frequency)s? of|too much)'
const DOING =
  '(?:activit(?:y|ies)|traffic|behaviou?rs?|requests?|access(?:es)?|usage|quer(?:y|ies)|searches|connections?|download(?:s|ing)?|browsing|(?:page )?views|hits|patterns?|clicks|scraping|calls)'
const PROGRAM =
  '(?:(?:ro)?bots?|automated|automation|crawlers?|(?:web )?scrap(?:er|ing)|spiders?|(?:computer )?(?:programs?|scripts?)|malicious|suspicious|spam(?:mer|bot)?|potentially harmful|(?:not )?(?:non-?)?human reader|not (?:an? )?human|non-?human|(?:security |possible )?(?:risk|threat)|unsafe|dangerous|attack)'
const OF_VISITOR =
  '(?:you\\b|your (?:ip|network|computer|device|browser|connection|location|internet|address|isp|traffic|session|institution|organi[sz]ation|system|area|local)|this (?:ip|network|computer|device|browser|connection|address|location))'

/** Unusual activity from here. */
const SEEN_HERE: Look = text(
  new RegExp(
    `\\b${ODD} (?:[\\w-]{1,12} )?(?:[\\w-]{1,12} )?${DOING}\\b${near(40)}\\b(?:from|on|by|in|of|with|through|over|to) ${OF_VISITOR}`,
    'i',
  ),
)

/** The same, and that it was seen indeed: alone a wall. */
export const SEEN_FROM_VISITOR: Look = all(
  text(
    /\b(?:detected|noticed|seen|identified|received|registered|experiencing|experienced|observed|flagged|picked up|recorded)\b(?<!\b(?:if|when|whether|unless|why|how|once|may be|is) \w{1,12})/i,
  ),
  SEEN_HERE,
)

/** That the visitor is taken for a program. */
export const TAKEN_FOR_PROGRAM: Look = any(
  text(
    new RegExp(
      `\\b(?:${stated('you')}|${stated('your')} (?:[\\w-]{1,12} )?(?:access|client|activity|traffic|requests?|browser|behaviou?r|visit|connection|session|usage|system|device|ip|ip address|network|computer)|${stated('this')} (?:request|browser|traffic|connection|visit|session)|because it)(?:['’]re)?\\b${unlessDenied(40)}\\b(?:be|are|were|is|was|as|being|from|like|resembles?|by|using|that of|similar to|associated with)(?: that of| an? lot like| to be)? (?:an? )?(?:[\\w-]{1,12} )?${PROGRAM}\\b`,
      'i',
    ),
  ),
  text(
    /\b(?:look(?:s|ed|ing)?|behav(?:e|es|ing)|act(?:s|ing)?|seem(?:s|ed)?) (?:a lot |exactly |just |very )?(?:like (?:an? |that of an? |those of )?(?:(?:ro)?bots?|automated|one\b|machine)|automated|robotic|suspicious(?:ly)?)\b|\bthinks? (?:that )?you(?:['’]re| are) (?:an? )?(?:(?:ro)?bot|crawler)\b|\b(?:activity|traffic|behaviou?r|requests?|visit)\b[^.!?]{0,25}\b(?:(?:is|are|was)(?: not|n['’]t)|non-?) ?(?:human|typical)\b/i,
  ),
)

/** What was seen: unusual activity from here, or signs that the visitor is a program. */
export const SEEN: Look = any(
  SEEN_HERE,
  text(
    new RegExp(
      `\\b(?:we(?:['’]ve| have)?|(?:systems?|site|website|algorithms?|servers?|service|protection|software|firewall)(?: ha(?:s|ve))?|was|were|been) (?:recently |also |just |automatically |always |sometimes )?(?:detect(?:ed|s)?|notic(?:ed?|es)|identified|picks? up|picked up|observed|seen|saw|registered|received|flagged|recogni[sz]ed|recorded|experiencing)\\b${near(30)}\\b${ODD} (?:[\\w-]{1,12} )?(?:[\\w-]{1,12} )?${DOING}\\b`,
      'i',
    ),
  ),
  text(new RegExp(`\\b${ODD} (?:[\\w-]{1,14} )?${DOING} (?:(?:has been|have been|was|were|is) )?detected\\b`, 'i')),
  TAKEN_FOR_PROGRAM,
  text(
    /\b(?:automated|(?:ro)?bots?|scrap(?:ers?|ing)|crawl(?:ers?|ing)|spiders?|data mining)\b[^.!?]{0,40}\b(?:(?:is|are) (?:strictly |expressly )?(?:not (?:permitted|allowed|welcome)|prohibited|forbidden|blocked)|(?:not|n['’]t) (?:permit|allow))\b|\bsomething (?:about|in|with) your (?:request|browser|connection|network|behaviou?r)\b|\byour (?:browser|connection|visit|request) could not be verified\b|\bsomething (?:unusual|suspicious|odd|strange|robotic|off) (?:about|with|in) (?:you|your|how)\b|\bbecause of (?:excessive|automated|suspicious|malicious|unusual)\b|\b(?:detected|violat(?:es|ed|ing|ion)|abus(?:e|ive|ed|ing)|misus(?:e|ed|ing))\b[^.!?]{0,30}\b(?:terms of (?:use|service)|acceptable use|polic(?:y|ies)|situation)\b|\b(?:security|firewall|waf) (?:rules?|issue|polic(?:y|ies)|system|solution)\b[^.!?]{0,20}\b(?:triggered|identified|detected|flagged|matched|violated)\b|\b(?:triggered|matched|violated)\b[^.!?]{0,40}\b(?:security|firewall|waf|abuse|protection)\b/i,
  ),
)

/** Robots and their like, in any sentence: enough beside the words of a refusal that speaks to the visitor. */
export const ROBOTS: Look = text(
  /\b(?:(?:ro)?bot(?:s|ic)?|automat(?:ed|ic requests|ion)|crawlers?|scrap(?:ers?|ing)|non-?human|(?:not|n['’]t) (?:human|typical)|malicious|suspicious|harmful|unusual|abnormal|abus(?:e|ive)|excessive|hosting provider|cloud providers?|data ?cent(?:er|re)s?|vpns?|prox(?:y|ies)(?! (?:cycle|loop|settings)\b|\.\w)|(?:the )?security of (?:our|this|the) (?:web ?)?site|security (?:filter|service|system|plugin|module|software|solution|risk|reasons?|polic(?:y|ies)|rules?)|protection rules?|brute ?-?force|threats?|harvesting|spam(?:mers?|bots?)?)\b/i,
)

/** Persons too: one of these words is in what every wall says, and in few other pages. */
export const ROBOTS_OR_PERSONS: Look = any(
  ROBOTS,
  text(
    /\b(?:human(?:ity)?|real|person|machine|odd|strange|captcha|security|activity|traffic|requests|firewall|visit)\b/i,
  ),
)

/** The heading of a refusal, in a place of its own. */
const TITLED: Look = title(
  /^(?:error:? )?(?:40[36]\b.{0,3})?(?:(?:access|request|connection|visit|ip(?: address)?|traffic) (?:is |was |has been )?(?:temporarily )?(?:blocked|denied|restricted|limited|suspended|rejected|banned|forbidden|paused)|blocked|denied|banned|forbidden)\b(?! ?\?)/i,
)

/** What was done about it: said of the visitor's own access, since accounts, cards and files are blocked too. */
export const KEPT_OUT: Look = any(
  text(
    new RegExp(
      `\\b(?:${stated('your')} (?:[\\w-]{1,12} )?(?:[\\w-]{1,12} )?(?:access|requests?|ip|address|addresses|connection|browser|network|device|traffic|browsing|activity|subnet|visit|computer|location)|(?:the|to) access|${stated('this')} (?:request|connection|visit|(?:address|ip|network) range|network|subnet))\\b${near(60)}\\b(?:is|was|been|are|were|has|have|being)(?: temporarily| automatically| currently| permanently| now| also)? (?:blocked|denied|restricted|limited|suspended|paused|banned|flagged|rejected|declined|terminated|refused|throttled|stopped|disabled|interrupted|filtered|blacklisted|blocklisted|not (?:allowed|permitted))\\b(?! by your)`,
      'i',
    ),
  ),
  text(
    new RegExp(
      `\\baccess (?:to|from) (?:your|(?:this|the|our) (?:[\\w-]{1,12} )?(?:(?:web ?)?site|(?:web ?)?page|server|service|resource|url|platform|store|shop|content|system)|[\\w-]{2,25}\\.[a-z]{2,9})\\b${near(40)}\\b(?:is|was|been|are|were|has|have)(?: been)?(?: temporarily| automatically| currently| permanently)? (?:blocked|denied|restricted|limited|suspended|paused|refused)\\b|\\baccess (?:is|has been|was) (?:temporarily |automatically |currently )?(?:blocked|denied|restricted|limited|suspended|paused|refused)\\b|(?:^|[.!] )access (?:denied|blocked|restricted)\\b`,
      'i',
    ),
  ),
  text(
    new RegExp(
      `\\b(?:we|we['’]ve|we have|systems?|server|firewall|filter|protection|software|service|rules?|website|site|administrator)\\b${near(60)}\\b(?:blocked|restricted|limited|suspended|paused|stopped|interrupted|banned|denied|halted|caught|flagged|filtered|hit pause on)\\b${near(22)}\\b(?:you(?:r|rself)?\\b|this (?:request|connection|visit|session)|access(?! to our\\b))`,
      'i',
    ),
  ),
  text(
    /\byou(?<!\b(?:if|when|whether|unless|why|how|that) you|["“«„]you)(?: have been| are| were|['’]ve been|['’]re)(?: being)? (?:[a-z]{1,12}ly )?(?:blocked|banned|restricted|blacklisted|denied|prevented|locked out|unable to (?:access|visit|view))\b|\b(?:can(?:no|['’])t|unable to|won['’]?t|could ?n[o'’]t|could not|not able to|had to)\b[^.!?]{0,20}\b(?:let you (?:in|go|through|access|continue)|give you access|serve (?:you|your)|block your|grant you|process (?:your|the|this) request(?!(?: for \w{1,9} \w{1,9})? because (?!you))|fulfill? your request|complete your request|(?:show|display|serve|open|load) (?:you )?(?:this|the) page)\b|\bpardon (?:our|the) interruption\b|\byou(?:['’]re| are) not (?:allowed|permitted) to (?:access|visit|view|open|use|enter) (?:this|our|the)\b|\byour request\b[^.!?]{0,12}\b(?:could not|cannot|can['’]t) be (?:processed|completed|fulfilled|served)\b/i,
  ),
  TITLED,
)

/** What the visitor may do about it. */
export const TO_DO: Look = any(
  text(
    /\b(?:enabl(?:e|ing)|allow|turn on|make sure|ensure|check that|accept|clear(?:ing)?)\b[^.!?]{0,50}\b(?:javascript|cookies|js)\b|\b(?:javascript|cookies)\b[^.!?]{0,30}\b(?:enabled|turned on)\b/i,
  ),
  text(
    /\b(?:turn(?:ing)? off|disabl(?:e|ing)|disconnect(?:ing)?|without|not us(?:e|ing)|avoid|reset|switch)\b[^.!?]{0,30}\b(?:vpns?|prox(?:y|ies)|ad[- ]?block(?:er|ing)?s?|connection|network)\b|\b(?:a|another) different (?:network|browser|device|connection)\b/i,
  ),
)

/** Whom to write to, and with which number. Applications say it too, so it goes with what was seen only. */
export const CONTACT: Look = text(
  /\b(?:mention(?:ing)?|quot(?:e|ing)|provid(?:e|ing)|includ(?:e|ing)|giv(?:e|ing)|stat(?:e|ing))\b[^.!?]{0,40}\b(?:id|code|number|reference|case|identifier|address|event)\b|\b(?:reference|incident|support|event|block|ray|case|request) (?:id|number|code)\b|\bif you (?:think|believe|feel)\b|\b(?:by mistake|in error)\b|\bcontact (?:us|the|our)\b/i,
)

/** That the visitor is to prove to be human. */
export const PROVE: Look = any(
  text(
    /\b(?:confirm|verify|prove|proves|show|demonstrate|determine|ensure|sure|know|tell us|check|checking|checks|verifying|confirming|verifies|validate|believe|think)\b[^.!?]{0,45}\b(?:you|it|this|visitors?|users?)(?:['’]re| are|['’]s| is)?\b[^.!?]{0,20}\b(?:human|real (?:[\w-]{1,14} )?(?:person|human|user|customer|visitor|shopper|fan|reader|member|travell?er|browser)|a person|(?:a )?real (?:person|visitor)|(?:and |, )?not (?:a |an )?(?:(?:ro)?bot|automated|clanker|computer|machine)|(?:an? )?(?:real|genuine|legitimate|actual)\b|sending the requests|making the requests|(?:made )?of flesh)\b/i,
  ),
  text(
    /\bare you (?:an? )?(?:(?:real )?(?:human|person|robot|bot|real))\b[^.!?]{0,25}(?:\.{2,3}|…)?\?|\b(?:robot or (?:a )?human|human or (?:a )?(?:ro)?bot|bot or not)\b|\bi(?:['’]m| am) (?:not a (?:ro)?bot|(?:a )?human|a real \w{1,12})\b|\byour? human(?:ity| side)\b|\bhuman (?:touch|verification|check|being and not)\b|\bcheck(?:ing)? (?:if|whether|that) you(?:['’]re| are) (?:not )?(?:an? )?(?:ro)?bot\b|\b(?:ro)?bot-free\b|\bnot for bots\b|\bbots use \w{1,20} too\b|\banti-?(?:ro)?bot (?:verification|check)\b|\bkeep(?:s|ing)? (?:ai |bad )?(?:(?:ro)?bots|crawlers|scrapers) (?:out|away)\b|\b(?:sure|know) that a (?:person|human) is\b/i,
  ),
)

/** How to prove it: what only captchas ask for. */
export const MEANS: Look = any(
  text(
    /\b(?:(?:press|tap|touch|click) (?:and|&) hold|activate and hold|(?:press|hold)(?: down)? the button)\b|\b(?:slide|drag|swipe|move)\b[^.!?]{0,25}\b(?:slider|puzzle|to the right|right to|to verify|the arrow|into place)\b|\brotate\b[^.!?]{0,25}\b(?:picture|image|object|animal)\b|\bkeep (?:it |the button )?(?:pressed|holding)\b|\bhold(?:ing)? the button\b/i,
  ),
  text(
    /\b(?:complet|solv|pass|finish|answer|tak)(?:e|ing)?\b[^.!?]{0,25}\b(?:captcha|recaptcha|verification|challenge|security (?:check|test|step)|(?:check|task|test|puzzle|problem) below|short test|(?:this|the|a|following) (?:simple |quick |short |security |math |following )?(?:check|task|test|puzzle|problem))\b/i,
  ),
  text(
    /\b(?:tick|check|click|select)(?:ing)?\b[^.!?]{0,14}\b(?:check ?box|box (?:below|to continue))\b|\b(?:tick|check|click)(?:ing)? (?:on )?(?:this|the) (?:check ?)?box\b[^.!?]{0,15}(?:\b(?:to|so)\b|[.!])|\bclick (?:on )?(?:the|this) button\b[^.!?]{0,12}\bto (?:enter|continue|proceed|access|go on|start|verify)\b|\bverify below\b|\b(?:type|enter)\b[^.!?]{0,12}\b(?:character|letter|digit|number|code|text|word)s?\b[^.!?]{0,20}\b(?:image|picture|shown|you see|displayed)\b|\bselect (?:all|the) (?:squares|images)\b/i,
  ),
)

/** Accounts, payments and messages are watched and stopped too; what is said of them is not said of who visits the page. */
export const ABOUT_SOMETHING_ELSE: Look = any(
  text(
    /\b(?:your|this|the|an?) (?:[\w-]{1,12} )?(?:account|card|payment|transaction|order(?<!court order)|profile|password|passport|identity|phone(?: number)?|subscription|post|comment|message|vote|booking|exam|course)\b(?! (?:team|manager|number))/i,
  ),
  text(/\b(?:before|then|to|and|when) (?:you )?(?:submit|send|post|apply|register|sign up|subscrib)/i),
  text(
    /\b(?:6|six)-digit\b|\bauthenticator\b|\bsign-in (?:attempt|activity|from)\b|\bsteps(?: to reproduce)?:|\bexpected(?: result)?:/i,
  ),
)

/** Nothing but the visitor is spoken of. */
export const OF_THE_VISIT: Look = none(ABOUT_SOMETHING_ELSE)

/** That a site, page or address was blocked by a filter between the visitor and it. */
export const FILTERED: Look = any(
  text(
    /\b(?:this|the|following|requested|web) (?:[\w-]{1,12} )?(?:[\w-]{1,12} )?(?:(?:web ?)?site|(?:web ?)?page|domain|url|link)\b(?:(?! if\b| when\b)[^.!?]){0,60} (?:blocked|filtered)\b|\b(?:blocked|denied|filtered) (?:access to )?(?:this|the) (?:[\w-]{1,12} )?(?:(?:web ?)?site|page|domain|url)\b|\baccess to the (?:[\w-]{1,12} )?(?:website|url|domain)\b[^.!?]{0,20}\bdenied\b/i,
  ),
  text(
    /\b(?:web ?page|(?:web ?)?site|url|application|domain|content) blocked\b|\bnot allowed to browse\b|\bresponse denied by\b|\bviolat(?:es|ion of) your (?:internet|network) usage policy\b|\baccess to this (?:web ?)?(?:page|site) is (?:restricted at this time|blocked)\b/i,
  ),
)

/** Who filters, and by what: not the site that was asked for. */
export const FILTER: Look = text(
  /\b(?:content[- ]filter(?:ing)?|web ?filter|url filter|(?:internet|network) usage policy|acceptable use|(?:company|system|access) policy|(?:network|system|it) administrator|by (?:your|the) (?:[\w-]{1,12} )?administrator|your (?:school|company|organi[sz]ation|employer|network|isp|internet (?:service )?provider)|categor(?:y|ies|ized)|webblocker|web gateway|parental controls?|ask the administrator)\b/i,
)
