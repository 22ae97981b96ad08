/**
 * One line of a schema as people read it.
 * @typedef {{ depth: number, name: string, isRequired: boolean, type: string, reference?: string, notes: string[] }} SchemaLine
 */

/** How deep a schema is shown; what it names further down has a place of its own. */
const DEEPEST = 6

const REFERENCE = '#/components/schemas/'

/**
 * The fields of a schema, a line each, those within others below them.
 * @param {any} schema
 * @param {number} [depth]
 * @returns {SchemaLine[]}
 */
export function schemaLines(schema, depth = 0) {
  if (depth > DEEPEST || schema === undefined) return []
  const variants = variantsOf(schema)
  if (variants.length > 0) {
    return variants.flatMap((variant, index) => {
      const inside = schemaLines(variant, depth + 1)
      if (inside.length === 0) return []
      return [lineOf(index === 0 ? 'either' : 'or', variant, depth), ...inside]
    })
  }
  if (schema.items !== undefined) return schemaLines(schema.items, depth)
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    lineOf(name, field, depth, required.has(name)),
    ...schemaLines(field, depth + 1),
  ])
}

/**
 * The name of the schema that one refers to, itself or by what it is a list of.
 * @param {any} schema
 * @returns {string | undefined}
 */
export function referenceOf(schema) {
  const reference = schema?.$ref ?? schema?.items?.$ref
  return typeof reference === 'string' && reference.startsWith(REFERENCE)
    ? reference.slice(REFERENCE.length)
    : undefined
}

/**
 * What a value is, in words.
 * @param {any} schema
 * @returns {string}
 */
export function typeOf(schema) {
  if (schema === undefined || schema === true) return 'any JSON'
  if (schema.$ref !== undefined) return referenceOf(schema) ?? 'any JSON'
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined)
    return schema.enum.map((/** @type {unknown} */ each) => JSON.stringify(each)).join(' | ')
  const variants = variantsOf(schema)
  if (variants.length > 0) return [...new Set(variants.map(typeOf))].join(' | ')
  if (schema.type === 'array') return `list of ${typeOf(schema.items)}`
  if (schema.type === 'object' && schema.properties === undefined) return 'object'
  return [schema.type ?? 'any JSON'].flat().join(' | ')
}

/**
 * An example of what a schema takes: what is required, and nothing else.
 * @param {any} schema
 * @param {Record<string, any>} named
 * @returns {unknown}
 */
export function exampleOf(schema, named) {
  const name = referenceOf(schema)
  if (schema?.$ref !== undefined) return name === undefined ? {} : exampleOf(named[name], named)
  if (schema?.const !== undefined) return schema.const
  if (schema?.enum !== undefined) return schema.enum[0]
  const [first] = variantsOf(schema ?? {})
  if (first !== undefined) return exampleOf(first, named)
  switch (schema?.type) {
    case 'object': {
      const fields = (schema.required ?? []).map((/** @type {string} */ each) => [
        each,
        exampleOf(schema.properties?.[each], named),
      ])
      return Object.fromEntries(fields)
    }
    case 'array':
      return (schema.minItems ?? 0) > 0 ? [exampleOf(schema.items, named)] : []
    case 'number':
    case 'integer':
      return schema.minimum ?? 0
    case 'boolean':
      return true
    case 'string':
      return '...'
    default:
      return {}
  }
}

/** @param {any} schema @returns {any[]} */
function variantsOf(schema) {
  return schema.anyOf ?? schema.oneOf ?? []
}

/** @param {string} name @param {any} schema @param {number} depth @param {boolean} [isRequired] @returns {SchemaLine} */
function lineOf(name, schema, depth, isRequired = false) {
  const reference = referenceOf(schema)
  return {
    depth,
    name,
    isRequired,
    type: typeOf(schema),
    ...(reference === undefined ? {} : { reference }),
    notes: notesOf(schema),
  }
}

/** @param {any} schema @returns {string[]} */
function notesOf({ description, format, minimum, maximum, minLength, maxLength, minItems, maxItems, default: preset }) {
  return [
    description,
    format,
    rangeOf(minimum, maximum, ''),
    rangeOf(minLength, maxLength, ' characters'),
    rangeOf(minItems, maxItems, ' items'),
    preset === undefined ? undefined : `default ${JSON.stringify(preset)}`,
  ].filter((note) => note !== undefined)
}

/** @param {number | undefined} least @param {number | undefined} most @param {string} unit */
function rangeOf(least, most, unit) {
  const isBounded = most !== undefined && most < Number.MAX_SAFE_INTEGER
  if (least === undefined) return isBounded ? `at most ${most}${unit}` : undefined
  if (isBounded) return `${least} to ${most}${unit}`
  return least === 1 && unit !== '' ? 'not empty' : `at least ${least}${unit}`
}
