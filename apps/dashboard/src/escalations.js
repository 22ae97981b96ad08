import { encode } from './api.js'
import { element, errorBox, facts, fill, folded, foreign, messageOf, webLink } from './elements.js'
import { describeBlock, duration, textOf } from './words.js'

/**
 * @typedef {object} EscalationsOptions
 * @property {import('./api.js').Api} api
 * @property {(blobUrl: string) => void} showPicture
 * @property {(count: string) => void} onCount
 */

/**
 * What waits for a person. A card stays as it is while its escalation is open, with what was typed into it.
 * @param {EscalationsOptions} options
 */
export function createEscalations({ api, showPicture, onCount }) {
  /** @type {Map<string, { node: HTMLElement, dispose: () => void, tick: () => void }>} */
  const cards = new Map()
  const heading = element('h2', { tabindex: '-1' }, 'Waiting for a person')
  const list = element('div')
  const status = element('p', { class: 'empty', role: 'status' }, 'Looking…')
  const node = element('section', {}, heading, status, list)

  /** @param {string} key */
  function drop(key) {
    const card = cards.get(key)
    const hadFocus = card?.node.contains(document.activeElement)
    card?.dispose()
    card?.node.remove()
    cards.delete(key)
    if (hadFocus) heading.focus()
  }

  async function refresh() {
    const { items, nextCursor } = await api.get('api/escalations?limit=50')
    const keys = new Set(items.map(keyOf))
    for (const key of [...cards.keys()].filter((key) => !keys.has(key))) drop(key)
    for (const item of items) {
      const key = keyOf(item)
      if (cards.has(key)) continue
      const card = createCard(item, { api, showPicture, onDone: () => done(key) })
      cards.set(key, card)
    }
    // Oldest first, as they are told; what is in its place is not moved, or it would lose the focus.
    items.forEach((/** @type {any} */ item, /** @type {number} */ index) => {
      const card = cards.get(keyOf(item))
      if (card !== undefined && list.children[index] !== card.node) {
        list.insertBefore(card.node, list.children[index] ?? null)
      }
    })
    say(nextCursor !== undefined)
  }

  /** @param {string} key */
  function done(key) {
    drop(key)
    say(false)
  }

  /** @param {boolean} hasMore */
  function say(hasMore) {
    status.hidden = cards.size > 0 && !hasMore
    status.textContent = hasMore ? 'More wait than are shown: the oldest come first.' : 'Nothing waits for a person.'
    onCount(hasMore ? `${cards.size}+` : String(cards.size))
  }

  return {
    node,
    refresh,
    /** Says that what waits could not be read; what was seen before stays. @param {unknown} error */
    fail(error) {
      status.hidden = false
      status.textContent = messageOf(error)
    },
    tick: () => cards.forEach((card) => card.tick()),
    dispose: () => cards.forEach((card) => card.dispose()),
  }
}

/** A run may ask one thing after another, and a task be blocked again. @param {any} item @returns {string} */
const keyOf = ({ taskId, runId, question }) => `${taskId} ${runId} ${question?.id ?? ''}`

/**
 * @param {any} item
 * @param {{ api: import('./api.js').Api, showPicture: (url: string) => void, onDone: () => void }} options
 */
function createCard(item, { api, showPicture, onDone }) {
  const waited = element('span')
  const tick = () => void (waited.textContent = `waiting for ${duration(Date.parse(item.createdAt), Date.now())}`)
  const picture = item.evidence?.screenshot === undefined ? undefined : createThumbnail(item, api, showPicture)
  const problem = element('div')
  const kind = { blocked: describeBlock(item.block), question: 'Question', permission: 'Permission' }

  /** @param {string} action @param {unknown} body */
  async function send(action, body) {
    const controls = [...node.getElementsByTagName('button')]
    controls.forEach((button) => (button.disabled = true))
    fill(problem, [])
    try {
      await api.post(`api/tasks/${encode(item.taskId)}/${action}`, body)
      onDone()
    } catch (error) {
      fill(problem, [errorBox(error)])
      controls.forEach((button) => (button.disabled = false))
    }
  }

  const node = element(
    'article',
    { class: 'card' },
    element('h3', {}, foreign(item.title)),
    element(
      'p',
      { class: 'soft' },
      element('span', { class: 'tag warn' }, kind[/** @type {keyof typeof kind} */ (item.type)]),
      ' ',
      element('a', { href: `#/agents/${encode(item.agentId)}` }, foreign(item.agentId)),
      ' · ',
      waited,
      ' · ',
      element('a', { href: `#/tasks/${encode(item.taskId)}` }, 'the task'),
    ),
    ...(item.type === 'blocked' ? evidenceOf(item, picture?.node) : questionOf(item)),
    item.type === 'blocked' ? resolveForm(send) : answerForm(item, send),
    problem,
  )
  tick()
  return { node, tick, dispose: () => picture?.dispose() }
}

/** @param {any} item @param {HTMLElement | undefined} picture */
function evidenceOf({ url, evidence = {} }, picture) {
  const address = evidence.finalUrl ?? url
  return [
    facts([
      ['Address', address && webLink(address)],
      ['HTTP status', evidence.status],
      ['Seen', evidence.signals?.length > 0 && signalsOf(evidence.signals)],
    ]),
    picture,
    evidence.htmlSnippet && folded('The page’s HTML, its beginning', evidence.htmlSnippet),
  ]
}

/** Everything that a run's page told us, one below the other. @param {readonly string[]} signals */
export function signalsOf(signals) {
  return element('div', {}, ...signals.map((signal) => element('div', {}, foreign(signal))))
}

/** @param {any} item */
function questionOf({ question }) {
  const { options: _options, ...details } = question.details ?? {}
  return [
    element('p', { class: 'said' }, foreign(question.text)),
    Object.keys(details).length > 0 && folded('Details', textOf(details)),
  ]
}

/** @param {(action: string, body: unknown) => Promise<void>} send */
function resolveForm(send) {
  const note = element('textarea', { rows: '2', maxlength: '2000' })
  /** @param {string} action */
  const resolve = (action) => {
    const text = note.value.trim()
    return send('resolve', { action, ...(text === '' ? {} : { note: text }) })
  }
  return element(
    'form',
    { submit: (event) => (event.preventDefault(), resolve('retry')) },
    element('label', {}, 'A note to whoever tries again', note),
    element(
      'div',
      { class: 'actions form-end' },
      element('button', {}, 'Try again'),
      element('button', { type: 'button', class: 'quiet', click: () => resolve('abandon') }, 'Abandon'),
    ),
  )
}

/** @param {any} item @param {(action: string, body: unknown) => Promise<void>} send */
function answerForm({ question }, send) {
  /** @param {unknown} answer */
  const answer = (answer) => send('answer', { answer, questionId: question.id })
  const options = question.details?.options
  if (Array.isArray(options) && options.length > 0) {
    const buttons = options.map(({ id, name, kind }, index) =>
      element(
        'button',
        {
          type: 'button',
          class: index === 0 && !String(kind).startsWith('reject') ? '' : 'quiet',
          click: () => answer(id),
        },
        foreign(name ?? id),
      ),
    )
    return element('form', {}, element('div', { class: 'actions' }, ...buttons))
  }
  const field = element('textarea', { rows: '2', required: true })
  return element(
    'form',
    { submit: (event) => (event.preventDefault(), answer(field.value)) },
    element('label', {}, 'Your answer', field),
    element('div', { class: 'actions form-end' }, element('button', {}, 'Answer')),
  )
}

/**
 * The picture of the page that stopped a run, small; fetched with the token, so it comes as a blob.
 * @param {any} item
 * @param {import('./api.js').Api} api
 * @param {(url: string) => void} showPicture
 */
export function createThumbnail({ runId }, api, showPicture) {
  let url = ''
  let isGone = false
  const node = element('div', {}, element('p', { class: 'soft' }, 'Fetching the screenshot…'))

  async function load() {
    const response = await api.request(`api/runs/${encode(runId)}/screenshot`)
    const blob = new Blob([await response.arrayBuffer()], { type: 'image/png' })
    if (isGone) return
    url = URL.createObjectURL(blob)
    const image = element('img', { src: url, alt: 'Screenshot of the page; opens large' })
    fill(node, [element('button', { type: 'button', class: 'thumbnail', click: () => showPicture(url) }, image)])
  }

  load().catch((error) => fill(node, [errorBox(error)]))
  return {
    node,
    dispose() {
      isGone = true
      if (url !== '') URL.revokeObjectURL(url)
    },
  }
}
