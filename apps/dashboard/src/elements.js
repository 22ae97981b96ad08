/**
 * @typedef {string | number | Node | false | null | undefined} Child
 * @typedef {Record<string, string | boolean | ((event: any) => void) | undefined>} Properties
 */

/**
 * Makes an element. Children are nodes or text: nothing here ever reads HTML, so what pages and models wrote stays text.
 * A property that is a function listens to the event of its name; others are attributes.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(key, value)
    else if (value === true) made.setAttribute(key, '')
    else if (typeof value === 'string') made.setAttribute(key, value)
  }
  fill(made, children)
  return made
}

/**
 * Puts these children in the place of those that an element has.
 * @param {Element} parent
 * @param {readonly Child[]} children
 */
export function fill(parent, children) {
  const shown = children.filter((child) => child !== false && child !== null && child !== undefined)
  parent.replaceChildren(...shown.map((child) => (child instanceof Node ? child : String(child))))
}

/**
 * Text that somebody else wrote: it cannot turn the direction of what stands around it.
 * @param {unknown} text
 * @param {string} [className]
 */
export function foreign(text, className = '') {
  return element('span', { class: `foreign ${className}`.trim(), dir: 'auto' }, String(text))
}

/**
 * Terms with what they are; those without a value are left out.
 * @param {readonly (readonly [string, Child])[]} rows
 */
export function facts(rows) {
  const shown = rows.filter(([, value]) => value !== undefined && value !== '' && value !== null && value !== false)
  return element(
    'dl',
    { class: 'facts' },
    ...shown.flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]),
  )
}

/**
 * Something long that is shown when it is asked for.
 * @param {string} title
 * @param {string} text
 */
export function folded(title, text) {
  return element(
    'details',
    {},
    element('summary', {}, title),
    element('pre', { class: 'foreign', tabindex: '0' }, text),
  )
}

/** @param {unknown} error */
export function errorBox(error) {
  return element('p', { class: 'error', role: 'alert' }, messageOf(error))
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error)
}

/**
 * An address of the web as a link, anything else as text: a page may not choose what a click runs.
 * @param {string} address
 */
export function webLink(address) {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return foreign(address)
  return element('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer', class: 'foreign' }, address)
}
