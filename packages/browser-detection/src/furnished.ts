import { elementsOf, type Page } from './page.ts'
import { hasPasswordField, ordinaryFields } from './page-fields.ts'

/** Titles of pages that explain a block page, or anything else. A word in the name of a host explains nothing. */
const EXPLAINING_TITLE =
  /(?<![\w.-])(?:how (?:to|do|does|can|i|it|the|a|we)|what (?:is|are|does)|why (?:am|are|do|does|did|is|was|were|i)|faq|knowledge ?base|help cent(?:er|re)|changelog|release notes|explained|explanation|tutorial|documentation|handbook|meaning|solved|troubleshooting|stack overflow|wikipedia)(?![\w.-])/i

/** The same in other languages: how, why, what is. A wall's title seldom asks, and never teaches. */
const EXPLAINING_TITLE_ELSEWHERE =
  /(?:^|[\s:«„"¿])(?:wie (?:man|sie|du|funktioniert)|was (?:ist|sind|bedeutet)|warum|comment|pourquoi|qu[’']est-ce|cómo|qué (?:es|son|significa)|por ?qu[eê]|o que é|como (?:resolver|evitar|funciona|corrigir)|come (?:si|evitare|risolvere|funziona)|cos[’']è|perché|как |что (?:такое|делать|значит)|почему|чому|nasıl|neden|jak |co to|dlaczego|proč|hoe |wat is|waarom|hur |hvordan|hvorfor|miért|hogyan|cum |bagaimana|cara |cách |tại sao|كيف|لماذا|چگونه|چرا|कैसे|क्या है)|怎么|怎麼|如何|什么是|什麼是|为什么|為什麼|原理|教程|详解|とは|方法|仕組み|対処|어떻게|방법|이란|원인|nedir\b|วิธี/i

/** Sentences that explain a status or a product. */
const EXPLAINING_TEXT =
  /\b(?:means|indicates) that\b(?! you (?:will|can|have))|\bthis (?:article|guide|tutorial|topic) (?:explains|describes|covers|shows)\b|\bin this (?:article|guide|tutorial)\b/i

/** Markup, a line of a response or a list of statuses that a reader sees was written for readers. */
const SHOWN_MARKUP =
  /<\/?(?:html|head|title|body|div|script)\b|\bHTTP\/[12](?:\.\d)? \d{3}\b|\b([45]\d\d)[ –:-]{1,3}[a-z][^]{1,200}\b(?!\1)[45]\d\d[ –:-]{1,3}[a-z]/i

/** A refusal in JSON is one object; a list of objects is an answer, unless they are errors. */
const LISTED_DATA = /^[{[][^]{0,400}(?<!"errors?" ?: ?)\[ ?\{/

/**
 * Says whether a small page has what walls do not have. Of 55 real walls one had a `nav` (and was known by its captcha);
 * of 390 ordinary pages nine in ten have one of these.
 */
export function isFurnished(page: Page): boolean {
  return (
    page.furniture.size > 0 ||
    EXPLAINING_TITLE.test(page.title) ||
    EXPLAINING_TITLE_ELSEWHERE.test(page.title) ||
    EXPLAINING_TEXT.test(page.text) ||
    SHOWN_MARKUP.test(page.text) ||
    LISTED_DATA.test(page.text) ||
    elementsOf(page, 'link').some(isOfContent) ||
    elementsOf(page, 'script').some(({ attributes }) => attributes.get('type') === 'application/ld+json') ||
    hasForm(page) ||
    elementsOf(page, 'form').some(goesOn)
  )
}

function isOfContent({ attributes }: { readonly attributes: ReadonlyMap<string, string> }): boolean {
  return /^application\/(?:rss|atom)\+xml$/i.test(attributes.get('type') ?? '') || attributes.has('hreflang')
}

/** A form that leads into the site, where a refusal leads nowhere. */
function goesOn({ attributes }: { readonly attributes: ReadonlyMap<string, string> }): boolean {
  return /\b(?:basket|cart|checkout|newsletter|search|subscribe)\b/i.test(attributes.get('action') ?? '')
}

/** A form of the page's own. One or two lines do not make it: refusals ask for an address to write to. */
function hasForm(page: Page): boolean {
  const fields = ordinaryFields(page)
  return fields.length > 2 || hasPasswordField(page) || fields.some(({ tag }) => tag === 'textarea')
}
