import { element, errorBox, fill } from './elements.js'
import { exampleOf, referenceOf, schemaLines, typeOf } from './schema-lines.js'

/**
 * @typedef {import('./schema-lines.js').SchemaLine} SchemaLine
 * @typedef {{ method: string, path: string, operation: any }} Operation
 */

const main = /** @type {HTMLElement} */ (document.querySelector('#main'))

try {
  const response = await fetch('openapi.json')
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  show(await response.json())
} catch (error) {
  fill(main, [errorBox(error)])
}

/** @param {any} specification */
function show({ info, paths, components }) {
  const named = components.schemas ?? {}
  /** @type {Operation[]} */
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => String(operation.tags[0])))]
  const sections = tags.map((tag) => sectionOf(tag, operations, named))
  const search = element('input', {
    id: 'search',
    type: 'search',
    placeholder: 'memories, PATCH, 423',
    input: () => filter(search.value),
  })
  fill(main, [
    element('p', { class: 'soft' }, info.description),
    element('p', {}, element('label', { for: 'search' }, 'Find a route'), ' ', search),
    ...sections,
    element('h2', {}, 'Schemas'),
    ...Object.entries(named).map(([name, schema]) => schemaOf(name, schema)),
  ])
  open()
  addEventListener('hashchange', open)
}

/** Opens what the address names. */
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!(target instanceof HTMLDetailsElement)) return
  target.open = true
  target.scrollIntoView()
}

/** Shows the routes that hold these words. @param {string} text */
function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  for (const section of main.querySelectorAll('section')) {
    const routes = [...section.querySelectorAll('details')]
    for (const route of routes) {
      const content = route.textContent.toLowerCase()
      route.hidden = !words.every((word) => content.includes(word))
    }
    section.hidden = routes.every((route) => route.hidden)
  }
}

/** @param {string} tag @param {readonly Operation[]} operations @param {Record<string, any>} named */
function sectionOf(tag, operations, named) {
  const own = operations.filter(({ operation }) => operation.tags[0] === tag)
  return element('section', {}, element('h2', {}, tag), ...own.map((each) => routeOf(each, named)))
}

/** @param {Operation} route @param {Record<string, any>} named */
function routeOf({ method, path, operation }, named) {
  const { operationId, summary, parameters = [], requestBody, responses, security } = operation
  const body = requestBody?.content?.['application/json']?.schema
  return element(
    'details',
    { class: 'card route', id: operationId },
    element(
      'summary',
      {},
      element('code', {}, element('b', { class: 'method' }, method.toUpperCase()), ` ${path}`),
      ' ',
      summary,
    ),
    security.length === 0 && element('p', { class: 'soft' }, 'Needs no token.'),
    ...(parameters.length === 0 ? [] : [element('h3', {}, 'Parameters'), linesTable(parameters.map(parameterLine))]),
    ...(body === undefined
      ? []
      : [element('h3', {}, requestBody.required === false ? 'Body, if any' : 'Body'), ...shapeOf(body, named)]),
    element('h3', {}, 'Answers'),
    element('table', {}, ...Object.entries(responses).map(([status, answer]) => answerRow(status, answer))),
    element('h3', {}, 'With curl'),
    element('pre', { tabindex: '0' }, curlOf({ method, path, operation }, named)),
  )
}

/** @param {any} parameter @returns {SchemaLine} */
function parameterLine({ in: place, name, required = false, schema, description }) {
  const notes = [place, description].filter((note) => note !== undefined)
  return { depth: 0, name, isRequired: required, type: typeOf(schema), notes }
}

/**
 * The fields of a body: those of the schema that it names, in place.
 * @param {any} schema
 * @param {Record<string, any>} named
 */
function shapeOf(schema, named) {
  const name = referenceOf(schema)
  const shown = schema.$ref === undefined || name === undefined ? schema : named[name]
  const lines = schemaLines(shown)
  return [
    shown?.description !== undefined && element('p', { class: 'soft' }, shown.description),
    lines.length === 0 ? element('p', {}, typeOf(shown)) : linesTable(lines),
  ]
}

/** @param {string} status @param {any} answer */
function answerRow(status, { description, content = {} }) {
  /** @type {any} */
  const [first] = Object.values(content)
  const schema = first?.schema
  const items = schema?.properties?.items
  const name = referenceOf(schema) ?? referenceOf(items)
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, status),
    element('td', {}, description),
    element('td', {}, name !== undefined && schemaLink(name, items === undefined ? name : `page of ${name}`)),
  )
}

/** @param {string} name @param {any} schema */
function schemaOf(name, schema) {
  return element(
    'details',
    { class: 'card', id: `schema-${name}` },
    element('summary', {}, element('code', {}, name), ' ', schema.description),
    linesTable(schemaLines(schema)),
  )
}

/** @param {readonly SchemaLine[]} lines */
function linesTable(lines) {
  return element('table', {}, ...lines.map(lineRow))
}

/** @param {SchemaLine} line */
function lineRow({ depth, name, isRequired, type, reference, notes }) {
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row', class: `depth-${depth}` },
      element('code', {}, name),
      isRequired && element('span', { class: 'required', title: 'required' }, ' *'),
    ),
    element('td', {}, reference === undefined ? element('code', {}, type) : schemaLink(reference, type)),
    element('td', { class: 'soft' }, notes.join('; ')),
  )
}

/** @param {string} name @param {string} text */
function schemaLink(name, text) {
  return element('a', { href: `#schema-${name}` }, text)
}

/** @param {Operation} route @param {Record<string, any>} named */
function curlOf({ method, path, operation }, named) {
  const { security, requestBody } = operation
  const schema = requestBody?.content?.['application/json']?.schema
  const hasBody = schema !== undefined && requestBody.required !== false
  const address = `"$URL${path.replaceAll(/\{(\w+)\}/g, (_, name) => `$${name.toUpperCase()}`)}"`
  return [
    ['curl', method === 'get' || (method === 'post' && hasBody) ? '' : `-X ${method.toUpperCase()}`, address],
    security.length === 0 ? [] : ['-H "authorization: Bearer $TOKEN"'],
    hasBody ? ["-H 'content-type: application/json'"] : [],
    hasBody ? [`-d '${JSON.stringify(exampleOf(schema, named))}'`] : [],
  ]
    .map((words) => words.filter(Boolean).join(' '))
    .filter(Boolean)
    .join(' \\\n  ')
}
