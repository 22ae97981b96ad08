import { confidenceOf, type Finding, type Notes } from './finding.ts'
import { type CaptchaProduct, captcha } from './marker.ts'
import { captchaProducts } from './markers/captcha-products.ts'
import { ANSWERED, GATE_WORDS } from './markers/generic-gate.ts'
import { findElements, matches } from './match.ts'
import { elementsOf, type Page, type PageElement } from './page.ts'
import { hasPasswordField, ordinaryFields } from './page-fields.ts'
import type { Reading } from './reading.ts'

/** Titles of gates, which pages with other content have too. */
const QUESTION_TITLE = /\b(?:security|verif|sicherheit|sécurité|seguridad|segurança|sicurezza)|проверк|验证|驗證|認証/i

/** What Cloudflare puts over its captchas. Other pages say it too, so it makes a gate of a captcha alone. */
const STEP_WORDS = /\bone (?:more|last) step\b|\bjust a moment\b/i

/** Words of a form that the captcha is there to send. */
const FORM_WORDS = /\b(?:before|then|to|and|when) (?:you )?(?:submit|send|post|apply|register|sign up|subscrib)/i

/** A gate has few words and few ways out. */
const GATE_CHARACTERS = 1500
const GATE_LINKS = 10
/** A line that asks for scripts may stand where a captcha has yet to be drawn. */
const EMPTY_CHARACTERS = 120

/** Says that a captcha is a block where the page is nothing but the captcha, or where a challenge has opened over it. */
export function judgeCaptcha(reading: Reading, notes: Notes): Finding | undefined {
  for (const product of captchaProducts) {
    const finding = judgeProduct(product, reading, notes)
    if (finding !== undefined) return finding
  }
  return judgeImageCaptcha(reading, notes)
}

function judgeProduct(product: CaptchaProduct, reading: Reading, notes: Notes): Finding | undefined {
  if (isChallengeOpen(product, reading)) {
    return {
      reason: captcha(product.provider),
      confidence: 0.85,
      signals: [`a ${product.label} challenge is open over the page`],
    }
  }
  const widget = product.widgets.flatMap((look) => findElements(look, reading)).find(isVisibleWidget)
  if (widget === undefined) {
    if (product.loaders.some((look) => matches(look, reading))) return judgeLoaded(product, reading, notes)
    return undefined
  }
  const supports = isGate(reading) && !hasOtherFields(reading.page) ? supportsOf(widget, reading) : []
  if (supports.length === 0) {
    notes.advisories.add(
      `${product.label} widget on a page that has other content: needed to send a form, not to see the page`,
    )
    return undefined
  }
  return {
    reason: captcha(product.provider),
    confidence: confidenceOf(0.72 + 0.09 * supports.length),
    signals: [`a widget of ${product.label} is all there is on the page`, ...supports],
  }
}

/** A captcha that its script has yet to show: a refusal that asks for it, or a page that is empty but for a title that does. */
function judgeLoaded({ label, provider }: CaptchaProduct, reading: Reading, notes: Notes): Finding | undefined {
  const { page, isRefused, status } = reading
  const asks = isRefused ? saysGate(page) : isEmpty(page) && GATE_WORDS.test(page.title) && !ANSWERED.test(page.text)
  if (!asks || !isGate(reading) || hasOtherFields(page) || hasPasswordField(page)) {
    notes.advisories.add(`${label} is loaded on the page, without a visible widget`)
    return undefined
  }
  return {
    reason: captcha(provider),
    confidence: isRefused ? 0.75 : 0.7,
    signals: [
      `${label} is loaded on a page that asks the visitor to prove to be human`,
      isRefused ? `HTTP status ${status}` : 'the page is empty but for its title',
    ],
  }
}

/** Whether a script has yet to draw the page. */
function isEmpty({ shape }: Page): boolean {
  return shape.characters <= EMPTY_CHARACTERS && shape.links === 0
}

function isChallengeOpen({ challengeFrame }: CaptchaProduct, { page }: Reading): boolean {
  if (challengeFrame === undefined) return false
  return elementsOf(page, 'iframe').some(
    (frame) =>
      frame.isShown && !frame.isHidden && !frame.isNoscript && challengeFrame.test(frame.attributes.get('src') ?? ''),
  )
}

function isVisibleWidget({ attributes, isHidden, isNoscript, tag }: PageElement): boolean {
  if (isHidden || attributes.get('data-size') === 'invisible' || tag === 'button') return false
  return !isNoscript || tag === 'iframe'
}

/** Whether there is something to fill in or to choose besides the captcha. */
function hasOtherFields(page: Page): boolean {
  return ordinaryFields(page).length > 0 || hasChoice(page)
}

function hasChoice(page: Page): boolean {
  return elementsOf(page, 'input').some(
    ({ attributes, isHidden }) => !isHidden && /^(?:radio|checkbox)$/i.test(attributes.get('type') ?? ''),
  )
}

function isSmall({ isBare, page }: Reading): boolean {
  return isBare && page.shape.links <= GATE_LINKS && page.shape.characters <= GATE_CHARACTERS
}

function isGate(reading: Reading): boolean {
  const { isFurnished, isRefused } = reading
  // A site's own frame of a gate has its ways on, but no words besides.
  const isShort = reading.page.shape.characters <= 400 && reading.page.shape.links <= 6
  return isSmall(reading) && (!isFurnished || isRefused || (isShort && saysGate(reading.page)))
}

function saysGate({ title, text }: Page): boolean {
  return GATE_WORDS.test(title) || GATE_WORDS.test(text)
}

/** What else says that the visitor must pass here: at least one is needed, since shells of apps are small too. */
function supportsOf(widget: PageElement, { page, isRefused, status }: Reading): string[] {
  const supports: string[] = []
  if (!FORM_WORDS.test(page.text) && (saysGate(page) || STEP_WORDS.test(page.title) || STEP_WORDS.test(page.text)))
    supports.push('its text asks the visitor to prove to be human')
  if (isRefused) supports.push(`HTTP status ${status}`)
  if (isNothingElse(page)) supports.push('the page holds nothing else at all')
  // Forms that only ask to confirm something are as empty as gates, so this is no sign of its own.
  if (supports.length > 0 && widget.form !== undefined && page.shape.links <= 3 && page.shape.characters <= 300)
    supports.push('its form holds nothing but the captcha')
  return supports
}

/** Whether there is neither a word nor a way on, nor a script that could bring them, under a title that names a captcha. */
function isNothingElse(page: Page): boolean {
  const { shape } = page
  return (
    /captcha/i.test(page.title) &&
    shape.characters <= 15 &&
    shape.links === 0 &&
    shape.elements <= 25 &&
    elementsOf(page, 'script').every(
      ({ attributes }) => !attributes.has('src') || /captcha|turnstile/i.test(attributes.get('src') ?? ''),
    )
  )
}

/** A picture with letters and one field: a gate of the site's own making. */
function judgeImageCaptcha(reading: Reading, notes: Notes): Finding | undefined {
  const { page } = reading
  const fields = ordinaryFields(page, { withCaptchaFields: true })
  const asked = fields.find(saysCaptcha)
  const isTitledCaptcha = /\bcaptcha\b/i.test(page.title)
  const picture = elementsOf(page, 'img').find(
    (image) =>
      isSeen(image) && (isTitledCaptcha || saysCaptcha(image) || (asked !== undefined && image.form === asked.form)),
  )
  if (picture === undefined) return judgeQuestion(fields, reading)
  const [field] = fields
  if (!isSmall(reading) || fields.length !== 1 || field === undefined || !isAnswerField(field)) {
    notes.advisories.add('image captcha on a page that has other content: needed to send a form, not to see the page')
    return undefined
  }
  const isNamed = saysCaptcha(field) || /code|answer|challenge/i.test(field.attributes.get('name') ?? '')
  const hasWords = saysGate(page)
  if (!isNamed && !hasWords) return undefined
  return {
    reason: captcha('image'),
    confidence: confidenceOf(0.72 + (isNamed ? 0.06 : 0) + (hasWords ? 0.06 : 0) + (reading.isRefused ? 0.06 : 0)),
    signals: ['a captcha picture and one field to answer it are all there is on the page'],
  }
}

/** A question instead of a picture: one field, named for a captcha, under a title that says that something is checked. */
function judgeQuestion([field, ...others]: readonly PageElement[], reading: Reading): Finding | undefined {
  if (field === undefined || others.length > 0 || !saysCaptcha(field) || !isAnswerField(field)) return undefined
  const { page } = reading
  const isTitled = QUESTION_TITLE.test(page.title) || GATE_WORDS.test(page.title)
  if (!isTitled || !isGate(reading) || hasChoice(page) || page.shape.characters > GATE_CHARACTERS / 5) return undefined
  return {
    reason: captcha('image'),
    confidence: confidenceOf(0.72 + (reading.isRefused ? 0.06 : 0)),
    signals: ['one field to answer a captcha is all there is on the page'],
  }
}

function isSeen({ isHidden, isNoscript }: PageElement): boolean {
  return !isHidden && !isNoscript
}

function saysCaptcha({ attributes }: PageElement): boolean {
  return ['src', 'alt', 'id', 'class', 'name', 'title', 'placeholder'].some((name) =>
    /captcha/i.test(attributes.get(name) ?? ''),
  )
}

function isAnswerField({ tag, attributes }: PageElement): boolean {
  if (tag !== 'input' || !/^(?:text|number|tel)?$/i.test(attributes.get('type') ?? '')) return false
  return !/mail|user|login|name$|phone|search|^q$/i.test(attributes.get('name') ?? '')
}
