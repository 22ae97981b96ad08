import { ApiError, createApi } from './api.js'
import { element, errorBox, fill, foreign } from './elements.js'
import { createEscalations } from './escalations.js'
import { createFeed } from './feed.js'
import { followEvents } from './follow-events.js'
import { agentPage, agentsPage, runPage, taskPage } from './pages.js'
import { whatIsNotWell } from './words.js'

/** Where the token is kept: for this tab, until it is closed. */
const TOKEN_KEY = 'agentic-token'
const LOOK_AGAIN_MS = 30_000

/** @param {string} selector @returns {any} */
const one = (selector) => document.querySelector(selector)
const main = one('main')
const navigation = one('nav')
const signOutButton = one('#sign-out')
const health = one('#health')
const count = one('#waiting-count')
const dialog = one('#picture')

/** @param {string} url */
function showPicture(url) {
  dialog.querySelector('img').src = url
  dialog.showModal()
}

/** @param {string} [message] what went wrong before */
function showSignIn(message) {
  sessionStorage.removeItem(TOKEN_KEY)
  navigation.hidden = true
  signOutButton.hidden = true
  health.hidden = true
  document.title = 'agentic'
  const field = element('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', required: true })
  const problem = element('div', {}, message !== undefined && errorBox(message))
  const button = element('button', {}, 'Sign in')

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault()
    button.disabled = true
    fill(problem, [])
    try {
      const token = field.value.trim()
      await check(token)
      sessionStorage.setItem(TOKEN_KEY, token)
      startSession(token)
    } catch (error) {
      fill(problem, [errorBox(error)])
      button.disabled = false
      field.select()
    }
  }

  fill(main, [
    element(
      'form',
      { class: 'card sign-in', submit },
      element('h2', {}, 'Sign in'),
      element('label', {}, 'Token', field),
      problem,
      element('div', { class: 'actions' }, button),
      element(
        'p',
        { class: 'soft' },
        'An admin token, or that of an agent. It stays in this tab and is forgotten with it.',
      ),
    ),
  ])
  field.focus()
}

/** @param {string} token */
async function check(token) {
  // Headers hold no other characters, so no token does.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new ApiError(401, 'This token is not valid here.')
  try {
    await createApi(token, () => undefined).get('api/agents?limit=1')
  } catch (error) {
    throw error instanceof ApiError && error.status === 401 ? new ApiError(401, 'This token is not valid here.') : error
  }
}

/** Everything from signing in to signing out. @param {string} token */
function startSession(token) {
  const api = createApi(token, () => end('The token is no longer valid: sign in again.'))
  const escalations = createEscalations({ api, showPicture, onCount })
  const feed = createFeed()
  const tools = { api, showPicture }
  /** @type {import('./pages.js').Page | undefined} */
  let page
  let isConnected = true

  /** @param {string} waiting */
  function onCount(waiting) {
    count.textContent = waiting
    count.hidden = waiting === '0'
    document.title = waiting === '0' ? 'agentic' : `(${waiting}) agentic`
  }

  /** @returns {import('./pages.js').Page} */
  function pageAt() {
    const [, kind = '', id = ''] = location.hash.split('/')
    const name = decode(id)
    if (kind === 'agents') return id === '' ? agentsPage(tools) : agentPage(name, tools)
    if (kind === 'tasks') return taskPage(name, tools)
    if (kind === 'runs') return runPage(name, tools)
    if (kind === 'feed')
      return { title: 'Live', node: feed.node, refresh: async () => undefined, concerns: () => false }
    return { title: 'Waiting', node: escalations.node, refresh: async () => undefined, concerns: () => false }
  }

  function showPage() {
    page?.dispose?.()
    page = pageAt()
    fill(main, [page.node])
    const here =
      /^#\/(agents|feed)/.exec(location.hash)?.[1] ?? (/^#\/(tasks|runs)/.test(location.hash) ? 'agents' : '')
    for (const link of navigation.querySelectorAll('a')) {
      if (link.hash === `#/${here}`) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    refreshPage()
  }

  function goTo() {
    if (!location.hash.startsWith('#/') && location.hash !== '') return
    showPage()
    window.scrollTo(0, 0)
    main.focus()
  }

  const refreshPage = oneAtATime(async () => {
    const shown = page
    try {
      await shown?.refresh()
    } catch (error) {
      if (shown === page && !api.signal.aborted) fill(main, [errorBox(error), element('p', {}, foreign(location.hash))])
    }
  })
  const refreshEscalations = oneAtATime(async () => {
    try {
      await escalations.refresh()
    } catch (error) {
      if (!api.signal.aborted) escalations.fail(error)
    }
  })
  const refreshHealth = oneAtATime(async () => {
    // What is for admins alone is not shown to an agent's token.
    const [readiness, dead, janitor, webhooks] = await Promise.all(
      [
        api.readiness(),
        api.get('api/wakes/dead?limit=50'),
        api.get('api/janitor'),
        api.get('api/webhooks?limit=500'),
      ].map((asked) => asked.catch(() => undefined)),
    )
    if (api.signal.aborted) return
    const lines = whatIsNotWell({ readiness, dead, janitor, webhooks, isConnected })
    health.hidden = lines.length === 0
    fill(health, [element('ul', {}, ...lines.map((line) => element('li', {}, foreign(line))))])
  })

  /** @param {any} event */
  function onEvent(event) {
    feed.add(event)
    if (event.type.startsWith('escalation-') || event.type === 'agent-deleted' || event.type === 'resync') {
      refreshEscalations()
    }
    if (event.type === 'wake-dead') refreshHealth()
    if (page?.concerns(event) === true) refreshPage()
  }

  /** @param {boolean} connected */
  function onConnection(connected) {
    isConnected = connected
    refreshHealth()
    // What happened before the stream began is seen by looking.
    if (connected) refreshEscalations()
  }

  const timer = setInterval(() => {
    escalations.tick()
    refreshHealth()
    refreshEscalations()
  }, LOOK_AGAIN_MS)

  /** @param {string} [message] */
  function end(message) {
    if (api.signal.aborted) return
    api.close()
    clearInterval(timer)
    page?.dispose?.()
    escalations.dispose()
    if (dialog.open) dialog.close()
    dialog.querySelector('img').removeAttribute('src')
    showSignIn(message)
  }

  navigation.hidden = false
  signOutButton.hidden = false
  signOutButton.addEventListener('click', () => end(), { signal: api.signal })
  window.addEventListener('hashchange', goTo, { signal: api.signal })
  showPage()
  refreshEscalations()
  refreshHealth()
  void followEvents(api, { onEvent, onConnection })
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Work that is wished for while it is going on is done once more, after it. A failure is met at the next wish.
 * @param {() => Promise<void>} work
 * @returns {() => void}
 */
function oneAtATime(work) {
  let isRunning = false
  let isWished = false
  return async () => {
    isWished = true
    if (isRunning) return
    isRunning = true
    while (isWished) {
      isWished = false
      await work().catch(() => undefined)
    }
    isRunning = false
  }
}

const token = sessionStorage.getItem(TOKEN_KEY)
if (token === null) showSignIn()
else startSession(token)
