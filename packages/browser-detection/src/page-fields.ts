import { elementsOf, type Page, type PageElement } from './page.ts'

const NOT_FOR_FILLING = /^(?:hidden|submit|button|image|reset|checkbox|radio|range|color)$/i
const CAPTCHA_FIELD = /captcha|turnstile-response|^cf_challenge/i

/** Fields that a visitor can see and fill; those that answer a captcha are left out unless asked for. */
export function ordinaryFields(
  page: Page,
  { withCaptchaFields = false }: { readonly withCaptchaFields?: boolean } = {},
): readonly PageElement[] {
  const fields = ['input', 'textarea', 'select'].flatMap((tag) => elementsOf(page, tag))
  return fields.filter((field) => isFillable(field) && (withCaptchaFields || !isCaptchaField(field)))
}

/** Whether the page asks for a password. */
export function hasPasswordField(page: Page): boolean {
  return elementsOf(page, 'input').some(({ attributes }) => /^password$/i.test(attributes.get('type') ?? ''))
}

/** Whether the page asks who the visitor is: the first half of a login in two steps. */
export function hasIdentityField(page: Page): boolean {
  return ordinaryFields(page).some(({ attributes }) =>
    /^(?:email|username|user|login|identifier|loginid|userid|user_?name|user\[(?:login|email)\]|email_?address|account|j_username)$/i.test(
      attributes.get('type') === 'email' ? 'email' : (attributes.get('name') ?? attributes.get('id') ?? ''),
    ),
  )
}

function isFillable({ attributes, isHidden, isNoscript }: PageElement): boolean {
  return !isHidden && !isNoscript && !NOT_FOR_FILLING.test(attributes.get('type') ?? '')
}

function isCaptchaField({ attributes }: PageElement): boolean {
  return CAPTCHA_FIELD.test(attributes.get('name') ?? '') || CAPTCHA_FIELD.test(attributes.get('id') ?? '')
}
