import { elementsOf, type Page } from './page.ts'
import { hasPasswordField, ordinaryFields } from './page-fields.ts'

/** Titles of pages that explain a block page, or anything else. A word in the name of a host explains nothing. */
const EXPLAINING_TITLE =
  /(?<![\w.-])(?:how (?:to|do|does|can|i|it|the|a|we)|what (?:is|are|does)|why (?:am|are|do|does|did|is|was|were|i)|faq|knowledge ?base|help cent(?:er|re)|changelog|release notes|explained|explanation|tutorial|documentation|handbook|meaning|solved|troubleshooting|stack overflow|wikipedia)(?![\w.-])/i

/** Sentences that explain a status or a product. */
const EXPLAINING_TEXT =
  /\b(?:means|indicates) that\b|\bthis (?:article|guide|tutorial|topic) (?:explains|describes|covers|shows)\b|\bin this (?:article|guide|tutorial)\b/i

/**
 * Says whether a small page has what walls do not have. Of 55 real walls one had a `nav` (and was known by its captcha);
 * of 390 ordinary pages nine in ten have one of these.
 */
export function isFurnished(page: Page): boolean {
  return (
    page.furniture.size > 0 ||
    EXPLAINING_TITLE.test(page.title) ||
    EXPLAINING_TEXT.test(page.text) ||
    elementsOf(page, 'link').some(isOfContent) ||
    elementsOf(page, 'script').some(({ attributes }) => attributes.get('type') === 'application/ld+json') ||
    hasForm(page)
  )
}

function isOfContent({ attributes }: { readonly attributes: ReadonlyMap<string, string> }): boolean {
  return /^application\/(?:rss|atom)\+xml$/i.test(attributes.get('type') ?? '') || attributes.has('hreflang')
}

/** A form of the page's own. One or two lines do not make it: refusals ask for an address to write to. */
function hasForm(page: Page): boolean {
  const fields = ordinaryFields(page)
  return fields.length > 2 || hasPasswordField(page) || fields.some(({ tag }) => tag === 'textarea')
}
