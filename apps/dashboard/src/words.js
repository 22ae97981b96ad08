/*
 * What the API says, in words for people. Pure: data in, text out.
 */

const UNITS = /** @type {const} */ ([
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
])

/**
 * How long it was between two instants, in its largest unit: `3 hours`.
 * @param {number} fromMs
 * @param {number} toMs
 */
export function duration(fromMs, toMs) {
  const secs = Math.max(0, Math.round((toMs - fromMs) / 1000))
  for (const [unit, size] of UNITS) {
    const count = Math.floor(secs / size)
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'}`
  }
  return secs < 5 ? 'a moment' : `${secs} seconds`
}

const BLOCKS = /** @type {Record<string, string>} */ ({
  captcha: 'Captcha',
  'login-wall': 'Login wall',
  'rate-limit': 'Rate limit',
  'fraud-detect': 'Taken for a robot',
  unknown: 'Blocked',
})

/** @param {any} block */
export function describeBlock(block) {
  const name = BLOCKS[block?.type] ?? 'Blocked'
  const more = block?.provider ?? block?.vendor
  if (more !== undefined) return `${name} (${more})`
  return block?.retryAfterSecs === undefined ? name : `${name} (for ${block.retryAfterSecs} s)`
}

const TONES = /** @type {Record<string, string>} */ ({
  done: 'good',
  success: 'good',
  partial: 'warn',
  blocked: 'warn',
  'pending-approval': 'warn',
  timeout: 'bad',
  failed: 'bad',
})

/** How a status or an outcome is to look. @param {string} status */
export const toneOf = (status) => TONES[status] ?? ''

/**
 * An outcome in a line or more.
 * @param {any} outcome
 * @returns {string}
 */
export function describeOutcome(outcome) {
  switch (outcome?.type) {
    case 'success':
      return outcome.result
    case 'partial':
      return `${outcome.reason}\n${outcome.result}`
    case 'cancelled':
      return outcome.reason
    case 'timeout':
      return outcome.limit === 'stall'
        ? `Nothing moved any more; stopped after ${outcome.elapsedSecs} s`
        : `Its time was over after ${outcome.elapsedSecs} s`
    case 'blocked':
      return describeBlock(outcome.block)
    case 'failed':
      return `${outcome.message} (${outcome.code})`
    default:
      return ''
  }
}

/**
 * An event of the log in a few words, beside its agent.
 * @param {any} event
 * @returns {string}
 */
export function describeEvent({ type, data = {} }) {
  switch (type) {
    case 'task-created':
      return `New task: ${data.task?.title}`
    case 'task-updated':
      return `Task ${data.task?.status}: ${data.task?.title}`
    case 'run-started':
      return `Run ${data.run?.number} began`
    case 'run-ended':
      return `Run ${data.run?.number} ended: ${data.run?.outcome?.type}`
    case 'escalation-opened':
      return `Waits for a person: ${data.title}`
    case 'escalation-resolved':
      return `Resolved: ${data.title}`
    case 'wake-dead':
      return 'A wake failed for the last time'
    case 'breaker-opened':
      return `Held back after ${data.failures} failures in a row`
    case 'agent-deleted':
      return `Agent deleted: ${data.agentId}`
    case 'resync':
      return 'Some events were missed'
    default: {
      const words = String(type).replaceAll('-', ' ')
      return words.charAt(0).toUpperCase() + words.slice(1)
    }
  }
}

/**
 * What is not well, a line each.
 * @param {{ readiness?: any, dead?: any, janitor?: any, webhooks?: any, isConnected?: boolean }} seen
 * @returns {string[]}
 */
export function whatIsNotWell({ readiness, dead, janitor, webhooks, isConnected = true }) {
  const parts = (readiness?.parts ?? []).filter((/** @type {any} */ { ok }) => !ok)
  const count = dead?.items?.length ?? 0
  const agents = [...new Set((dead?.items ?? []).map((/** @type {any} */ { agentId }) => agentId))]
  const failed = janitor?.last?.failed ?? 0
  return [
    ...(isConnected ? [] : ['The connection to the server is lost; trying again.']),
    ...parts.map((/** @type {any} */ { name, detail }) => `${name}: ${detail}`),
    ...(count === 0
      ? []
      : [`Dead wakes: ${count}${dead.nextCursor === undefined ? '' : '+'}, of ${agents.join(', ')}`]),
    ...(webhooks?.items ?? []).flatMap(webhookLine),
    ...(failed === 0 ? [] : [`Janitor: its last round failed for ${failed} of ${janitor.last.agents} agents`]),
  ]
}

/** @param {any} webhook */
function webhookLine({ name, url, failing }) {
  if (failing === undefined) return []
  const since = new Date(failing.since).toLocaleString()
  return [`Webhook ${name ?? new URL(url).host}: ${failing.reason} (attempt ${failing.attempts}, since ${since})`]
}

/**
 * The lines of a transcript as entries; one that is no JSON is shown as it is.
 * @param {string} lines
 * @returns {{ at?: string, title: string, text: string }[]}
 */
export function readTranscript(lines) {
  return lines.split('\n').filter(Boolean).map(readLine)
}

/** @param {string} line */
function readLine(line) {
  try {
    const { at, type, ...rest } = JSON.parse(line)
    if (type !== 'message') return { at, title: String(type).replaceAll('-', ' '), text: textOf(rest) }
    return { at, title: String(rest.message?.role ?? 'message'), text: contentOf(rest.message?.content) }
  } catch {
    return { title: 'line', text: line }
  }
}

/** @param {unknown} content @returns {string} */
function contentOf(content) {
  if (!Array.isArray(content)) return textOf(content)
  return content.map(partOf).join('\n')
}

/** @param {any} part @returns {string} */
function partOf(part) {
  if (part?.type === 'text' || part?.type === 'reasoning') return String(part.text)
  if (part?.type === 'tool-call') return `calls ${part.toolName}: ${textOf(part.input)}`
  if (part?.type === 'tool-result') return `${part.toolName} answered: ${textOf(part.output?.value ?? part.output)}`
  return textOf(part)
}

/** JSON for people: a text as it is, an object line by line. @param {any} value @returns {string} */
export function textOf(value) {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object' || Array.isArray(value)) return JSON.stringify(value, undefined, 2)
  const entries = Object.entries(value).filter(([, each]) => each !== null)
  if (entries.length === 1 && typeof entries[0]?.[1] === 'string') return entries[0][1]
  return entries.map(([key, each]) => `${key}: ${textIn(each)}`).join('\n')
}

/** @param {unknown} value */
const textIn = (value) => (typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))
